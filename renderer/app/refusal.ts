import { ORPCError } from '@orpc/client';
import { refusal, type Refusal } from '../../preload/contract/errors.ts';
import { t, tText } from './messages.svelte.ts';

/** What a refused request says, null for anything that is not a refusal of the contract. */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof ORPCError)) return null;
  const parsed = refusal.safeParse(error.data);
  return parsed.success ? parsed.data : null;
}

/** A sentence for anything that went wrong with a request. */
export function refusalText(error: unknown): string {
  const found = refusalOf(error);
  return found === null ? t('common.backend_gone') : tText(found.cause);
}

/** The code of the contract (`NOT_FOUND`, `CONFLICT`…), empty for other errors. */
export function refusalCode(error: unknown): string {
  return error instanceof ORPCError ? String(error.code) : '';
}
