import { z } from 'zod';
import type { MessageKey } from '../messages/index.ts';

/**
 * A sentence for a person, as a message key and its values. The backend never sends finished
 * sentences: the page and the command line put them into words in the reader's language.
 */
export interface Text {
  readonly key: MessageKey;
  readonly params?: Readonly<Record<string, string | number>>;
}

/** Accepts any key on the wire; the type ties both sides to the keys that exist. */
export const text = z.custom<Text>(
  (value) => typeof value === 'object' && value !== null && 'key' in value && typeof value.key === 'string',
);

/** A way on that the page offers as a button. `id` says what pressing it does, `params` with what. */
export const fix = z.object({
  id: z.enum([
    'retry',
    'check-again',
    'use-port',
    'use-address',
    'install-engine',
    'start-engine',
    'replace-cluster',
    'choose-bundle',
    'use-value',
    'build-again',
    'open-image',
    'open-setup',
    'copy-command',
  ]),
  label: text,
  primary: z.boolean().default(false),
  params: z.record(z.string(), z.string()).default({}),
});
export type Fix = z.infer<typeof fix>;

/**
 * Why something is red or waiting: the deepest cause first, then where it happened, the lines that
 * prove it and what can be done.
 */
export const verdict = z.object({
  headline: text,
  where: text.nullable(),
  evidence: z.array(z.object({ line: z.number().int().nullable(), text: z.string() })),
  fixes: z.array(fix),
  /** The program's own words, shown one click below. */
  raw: z.string(),
});
export type Verdict = z.infer<typeof verdict>;
