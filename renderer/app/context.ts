import { getContext, setContext } from 'svelte';
import type { Host } from '../../preload/host.ts';
import type { Notices } from './notify.svelte.ts';
import type { Router } from './router.svelte.ts';
import type { Client } from './transport.ts';
import type { StatusModel } from './status.svelte.ts';

/** What every screen can use. */
export interface Shell {
  readonly client: Client;
  readonly host: Host;
  readonly router: Router;
  readonly notices: Notices;
  readonly status: StatusModel;
}

const key = Symbol('shell');

export function provideShell(shell: Shell): void {
  setContext(key, shell);
}

function shell(): Shell {
  const found = getContext<Shell | undefined>(key);
  if (found === undefined) throw new Error('a screen outside of the shell');
  return found;
}

export function useClient(): Client {
  return shell().client;
}

export function useHost(): Host {
  return shell().host;
}

export function useRouter(): Router {
  return shell().router;
}

/** Shows a short message; `tone` "bad" for what went wrong. */
export function useNotify(): (notice: { text: string; tone?: 'plain' | 'bad' }) => void {
  const { notices } = shell();
  return ({ text, tone }) => {
    notices.show(text, tone);
  };
}

export function useStatus(): StatusModel {
  return shell().status;
}
