import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { command, type Ended } from './command.ts';

/** The command line as it is shipped. */
export const cliFile = path.resolve(import.meta.dirname, '../../../dist/cli/main.cjs');

/** The product as its users start it, with a data folder of its own. */
export class Product {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;

  constructor(home: string, env: NodeJS.ProcessEnv) {
    this.home = home;
    this.env = { ...env, KPACK_DESKTOP_HOME: home, LANG: 'en_US.UTF-8' };
  }

  /** One run of the command line. */
  cli(args: readonly string[], onStart?: (child: ChildProcess) => void): Promise<Ended> {
    return command(process.execPath, [cliFile, ...args], this.env, onStart);
  }

  /** The local page, until it is stopped. */
  async serve(): Promise<Server> {
    const child = spawn(process.execPath, [cliFile, 'serve', '--no-browser'], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    const url = await new Promise<string>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        printed += chunk.toString();
        const found = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(printed);
        if (found !== null) resolve(found[0]);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.on('exit', (code) => {
        reject(new Error(`serve ended with ${String(code)}\n${printed}`));
      });
    });
    return new Server(child, url);
  }
}

export class Server {
  readonly #child: ChildProcess;
  /** The one-time link. */
  readonly url: string;

  constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Ends it as a person would, or at once with SIGKILL. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}
