import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Written to the program's standard input. */
  readonly input?: Buffer | string;
  /** Milliseconds after which the program is killed. */
  readonly timeout?: number;
}

/** A program ended with something else than 0. The message carries the end of what it said on standard error. */
export class RunError extends Error {
  readonly code: number | null;
  readonly stderr: string;
  constructor(command: string, code: number | null, stderr: string) {
    super(
      `${command} ended with ${code ?? 'a signal'}${stderr ? `:\n${stderr.trim().split('\n').slice(-12).join('\n')}` : ''}`,
    );
    this.code = code;
    this.stderr = stderr;
  }
}

/** Runs a program to its end and returns its standard output as bytes; throws RunError when it fails. */
export function runBytes(command: string, args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      timeout: options.timeout,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => (err = (err + chunk.toString()).slice(-20_000)));
    child.stdin.on('error', () => undefined); // the program may end without reading all of its input
    child.stdin.end(options.input);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out));
      else reject(new RunError([command, ...args].join(' ').slice(0, 300), code, err));
    });
  });
}

/** The same as text, without the last line break. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return (await runBytes(command, args, options)).toString().trimEnd();
}

/** What the program printed, or nothing when it failed or does not exist. */
export async function tryRun(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string | undefined> {
  return run(command, args, options).catch(() => undefined);
}
