import { ORPCError } from '@orpc/client';
import { refusal } from '../../preload/contract/errors.ts';
import { type Refusal } from '../../preload/contract/index.ts';
import { buildLogs, listBuilds } from './build-commands.ts';
import { type Command, readCommand } from './command.ts';
import { type Client, type CommandContext } from './context.ts';
import { exit, type ExitCode } from './exit.ts';
import { showHelp } from './help.ts';
import { buildImage, createImage, deleteImage, listImages } from './image-commands.ts';
import { Unreadable } from './live.ts';
import { UsageError } from './options.ts';
import { remove } from './remove-command.ts';
import { run as runImage } from './run-command.ts';
import { setup } from './setup-command.ts';
import { showRefusal } from './show-verdict.ts';
import { status } from './status-command.ts';
import { style } from './style.ts';
import { type Streams, Terminal } from './terminal.ts';
import { languageOf, Words } from './words.ts';

/** Commands that need the backend. */
type WorkingCommand = Exclude<Command, { name: 'help' | 'version' | 'serve' }>;

/** The backend of one command. */
export interface Session {
  client: Client;
  dispose(): Promise<void>;
}

/** What the command line is started with. */
export interface Start {
  argv: string[];
  env: NodeJS.ProcessEnv;
  /** Where relative paths start. */
  folder: string;
  version: string;
  streams: Streams;
  /** Ends with the first Ctrl-C. */
  signal: AbortSignal;
  /** Opens the backend for commands that work once, or for following builds (`follow`). */
  open(follow: boolean): Promise<Session>;
  /** Runs the local page until `signal` ends. */
  serve(command: Extract<Command, { name: 'serve' }>, terminal: Terminal, words: Words): Promise<ExitCode>;
}

/** Understands and runs one command line; every error ends as words and an exit code. */
export async function runCommandLine(start: Start): Promise<ExitCode> {
  const terminal = new Terminal(start.streams, start.env);
  const program = start.env['KPACK_DESKTOP_PROGRAM'];
  let words = new Words(languageOf(start.env), program);
  let command: Command;
  try {
    command = readCommand(start.argv, start.folder);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.problem(words.text(error.text));
    terminal.problem(words.say('cli.see_help'));
    return exit.usage;
  }
  words = new Words(command.language ?? words.language, program);
  try {
    return await perform(command, start, terminal, words);
  } catch (error) {
    return failure(error, command, start.signal, terminal, words);
  }
}

async function perform(command: Command, start: Start, terminal: Terminal, words: Words): Promise<ExitCode> {
  if (command.name === 'help') {
    for (const line of showHelp(words)) terminal.line(line);
    return exit.done;
  }
  if (command.name === 'version') {
    terminal.line(start.version);
    return exit.done;
  }
  if (command.name === 'serve') return start.serve(command, terminal, words);
  const follow = !['setup', 'status', 'remove'].includes(command.name);
  const session = await start.open(follow);
  try {
    const context = {
      client: session.client,
      terminal,
      words,
      style: style(terminal.colours),
      json: command.json,
      signal: start.signal,
    };
    return await performWith(command, context);
  } finally {
    await session.dispose();
  }
}

async function performWith(command: WorkingCommand, context: CommandContext): Promise<ExitCode> {
  switch (command.name) {
    case 'setup':
      return setup(command, context);
    case 'status':
      return status(context);
    case 'remove':
      return remove(command, context);
    case 'image list':
      return listImages(command, context);
    case 'image create':
      return createImage(command, context);
    case 'image build':
      return buildImage(command, context);
    case 'image delete':
      return deleteImage(command, context);
    case 'build list':
      return listBuilds(command, context);
    case 'build logs':
      return buildLogs(command, context);
    case 'run':
      return runImage(command, context);
  }
}

function failure(error: unknown, command: Command, signal: AbortSignal, terminal: Terminal, words: Words): ExitCode {
  if (signal.aborted) {
    terminal.problem(words.say('cli.cancelled'));
    return exit.cancelled;
  }
  if (error instanceof Unreadable) {
    terminal.problem(
      words.say(
        error.state === 'absent'
          ? 'cli.status_no_cluster'
          : error.state === 'forbidden'
            ? 'cli.cluster_forbids'
            : 'cli.cluster_silent',
      ),
    );
    return exit.failed;
  }
  const refused = refusalOf(error);
  if (refused === null) {
    terminal.problem(words.say('cli.unexpected', { message: error instanceof Error ? error.message : String(error) }));
    return exit.failed;
  }
  const running = refused.code === 'CONFLICT' && (command.name === 'setup' || command.name === 'remove');
  const code = running ? exit.alreadyRunning : exit.failed;
  if (command.json)
    terminal.json({ type: 'error', code: refused.code, exitCode: code, headline: words.text(refused.data.cause) });
  else for (const line of showRefusal(refused.data, words, style(false))) terminal.problem(line);
  return code;
}

function refusalOf(error: unknown): { code: string; data: Refusal } | null {
  if (!(error instanceof ORPCError)) return null;
  const data = refusal.safeParse(error.data);
  return data.success ? { code: String(error.code), data: data.data } : null;
}
