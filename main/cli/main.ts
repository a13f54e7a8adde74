import { version } from '../backend/version.ts';
import { dataFolder, Paths } from '../storage/paths.ts';
import { exit } from './exit.ts';
import { runCommandLine } from './run.ts';
import { pageBeside, serveCommand } from './serve-command.ts';
import { openSession } from './session.ts';

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // The first one asks for a clean end; whoever presses Ctrl-C again does not want to wait for it.
    if (stop.signal.aborted) process.exit(exit.cancelled);
    stop.abort();
  });
}
// The reader of a pipe has gone (`… | head`): nothing is left to be said.
process.stdout.on('error', () => process.exit(exit.done));

const paths = new Paths(dataFolder(process.env));
void runCommandLine({
  argv: process.argv.slice(2),
  env: process.env,
  folder: process.cwd(),
  version,
  streams: process,
  signal: stop.signal,
  open: async (follow) => openSession(paths, follow),
  serve: async (command, terminal, words) =>
    serveCommand(command, {
      paths,
      env: process.env,
      page: pageBeside(import.meta.dirname),
      terminal,
      words,
      signal: stop.signal,
    }),
}).then((code) => {
  process.exitCode = code;
});
