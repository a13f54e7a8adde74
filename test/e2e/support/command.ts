import { spawn, type ChildProcess } from 'node:child_process';

/** How a command ended, with everything it printed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end; a code other than 0 does not throw. */
export function command(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onStart?: (child: ChildProcess) => void,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    onStart?.(child);
  });
}

/** Runs a command that must succeed and returns what it printed, without the last newline. Throws with its errors. */
export async function must(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const ended = await command(program, args, env);
  if (ended.code !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${String(ended.code)}\n${ended.stdout}\n${ended.stderr}`);
  return ended.stdout.trimEnd();
}
