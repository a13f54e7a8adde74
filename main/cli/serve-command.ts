import { hostname } from 'node:os';
import path from 'node:path';
import { createBackend } from '../backend/backend.ts';
import { FaultLog } from '../backend/fault-log.ts';
import { version } from '../backend/version.ts';
import { openBrowser } from '../server/browser.ts';
import { type LocalServerOptions } from '../server/local-server.ts';
import { serve } from '../server/serve.ts';
import { type Paths } from '../storage/paths.ts';
import { type CommandOf } from './command.ts';
import { exit, type ExitCode } from './exit.ts';
import { type Terminal } from './terminal.ts';
import { type Words } from './words.ts';

export interface ServeContext {
  paths: Paths;
  env: NodeJS.ProcessEnv;
  /** Folder of the built page. */
  page: string;
  terminal: Terminal;
  words: Words;
  /** Ends the server. */
  signal: AbortSignal;
}

/** `kpack-desktop serve`: prints a link to the page and serves it until Ctrl-C; or finds the server that runs. */
export async function serveCommand(command: CommandOf<'serve'>, context: ServeContext): Promise<ExitCode> {
  const { paths, env, page, terminal, words, signal } = context;
  const onRefused: LocalServerOptions['onRefused'] = ({ status, reason }, { method, host, origin, path: target }) => {
    terminal.problem(
      `${new Date().toISOString()} refused ${status} ${reason}: ${printable(`${method} ${target} Host=${host} Origin=${origin}`)}`,
    );
  };
  const faults = new FaultLog((line) => terminal.problem(line));
  try {
    const served = await serve({
      paths,
      page,
      port: command.port,
      createBackend: async () => createBackend({ paths, host: 'server', version, follow: true, onFault: faults.take }),
      onRefused,
    });
    if (served.state === 'taken') {
      terminal.problem(words.say('cli.serve_found_other', { pid: served.holder.pid }));
      return exit.alreadyRunning;
    }
    const link = served.state === 'found' ? served.link : served.server.newLink();
    tell(link, served.state === 'found', command, context);
    if (command.browser && !signal.aborted) openBrowser(link, env);
    if (served.state === 'found') return exit.done;
    await ended(signal);
    await served.dispose();
    return exit.done;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'EADDRINUSE' && code !== 'ENOENT') throw error;
    terminal.problem(
      code === 'EADDRINUSE'
        ? words.say('cli.serve_port_taken', { port: command.port })
        : words.say('cli.serve_no_page'),
    );
    return exit.failed;
  }
}

function tell(
  link: string,
  found: boolean,
  { json }: CommandOf<'serve'>,
  { terminal, words, env }: ServeContext,
): void {
  if (json) {
    terminal.json({ type: found ? 'found' : 'serving', link });
    return;
  }
  terminal.line(words.say(found ? 'cli.serve_found' : 'cli.serve_link', { link }));
  if (found) return;
  // Whoever came by ssh has the browser elsewhere; the port must be the same on both sides.
  if ((env['SSH_CONNECTION'] ?? '') !== '')
    terminal.line(words.say('cli.serve_tunnel', { port: new URL(link).port, machine: hostname() }));
  terminal.line(words.say('cli.serve_stop'));
}

async function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  signal.addEventListener('abort', () => resolve(undefined), { once: true });
  await promise;
}

/** Headers of strangers go to a terminal: without control characters, and not endlessly. */
function printable(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e]/g, '?').slice(0, 300);
}

/** The page lies beside the programs: dist/renderer and dist/cli. */
export function pageBeside(folder: string): string {
  return path.join(path.dirname(folder), 'renderer');
}
