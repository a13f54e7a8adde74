import { spawn } from 'node:child_process';
import { textLines } from '../docker/text-lines.ts';

/**
 * Ends the command when its standard input closes, which happens however this program ends, SIGKILL included. The
 * input is kept as descriptor 3: a shell gives its background jobs an empty one. The whole process group goes, since
 * kind's own children would go on in the node.
 */
const tie = [
  'exec 3<&0',
  '"$@" </dev/null 3<&- & pid=$!',
  '{ cat <&3 >/dev/null; kill -TERM "-$$"; } 2>/dev/null & watch=$!',
  'wait "$pid"; code=$?',
  'kill "$watch" 2>/dev/null',
  'exit "$code"',
].join('\n');

export interface TiedResult {
  readonly code: number;
  /** Everything it printed, standard output and error in order of arrival. */
  readonly lines: readonly string[];
}

/**
 * Runs a program that must not outlive us. Every line is told as it comes; a code other than 0 does not throw.
 * Throws the signal's reason when aborted, after the program has ended, and the system's error when it cannot start.
 */
export async function runTied(
  program: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; onLine: (line: string) => void; signal: AbortSignal },
): Promise<TiedResult> {
  options.signal.throwIfAborted();
  const tied = process.platform === 'win32' ? [program, ...args] : ['/bin/sh', '-c', tie, 'tie', program, ...args];
  const child = spawn(tied[0] ?? program, tied.slice(1), {
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const kill = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(process.platform === 'win32' ? child.pid : -child.pid, name);
    } catch {
      // It ended by itself.
    }
  };
  const stop = () => {
    kill('SIGTERM');
  };
  options.signal.addEventListener('abort', stop, { once: true });
  const lines: string[] = [];
  const read = async (stream: AsyncIterable<Uint8Array>) => {
    for await (const line of textLines(stream)) {
      lines.push(line);
      options.onLine(line);
    }
  };
  try {
    const ended = new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => {
        resolve(code ?? 1);
      });
    });
    const [code] = await Promise.all([ended, read(child.stdout), read(child.stderr)]);
    options.signal.throwIfAborted();
    return { code, lines };
  } finally {
    options.signal.removeEventListener('abort', stop);
    kill('SIGKILL');
  }
}
