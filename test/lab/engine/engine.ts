import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureCommands } from '../core/debian.ts';
import { run, tryRun } from '../core/run.ts';
import { clearPast, thaw, type EngineFolders } from './past.ts';
import { enginePath } from './programs.ts';

const socket = '/var/run/docker.sock';

export interface Engine {
  readonly dockerHost: string;
  readonly version: string;
  /** Whether the lab started it; then the lab may stop it. */
  readonly ours: boolean;
}

/** The one Docker Engine the lab works with: somebody's that answers, or its own. */
export class EngineKeeper {
  readonly #folders: EngineFolders;

  constructor(cache: string, state: string) {
    const id = createHash('sha256').update(state).digest('hex').slice(0, 8); // sockets have short paths; two labs have two
    this.#folders = { state: join(state, 'engine'), exec: `/run/kpack-desktop-lab-${id}`, programs: cache };
  }

  get #pidFile(): string {
    return join(this.#folders.state, 'pid');
  }

  /** The engine that the docker command would talk to here, if one answers. `docker` is that command. */
  async find(docker: string): Promise<Engine | undefined> {
    const current =
      process.env['DOCKER_HOST'] || (await tryRun(docker, ['context', 'inspect', '-f', '{{.Endpoints.docker.Host}}']));
    const dockerHost = current || `unix://${socket}`;
    const version = await tryRun(docker, ['version', '-f', '{{.Server.Version}}'], {
      env: { ...process.env, DOCKER_HOST: dockerHost },
      timeout: 10_000,
    });
    return version ? { dockerHost, version, ours: this.#alive() } : undefined;
  }

  /** Starts an engine on the usual socket with an empty data folder, after clearing away what earlier ones left. Needs root. */
  async start(programs: string): Promise<Engine> {
    if (process.getuid?.() !== 0) throw new Error('no Docker engine answers, and only root can start one');
    await ensureCommands(['iptables', 'ip'], ['iptables', 'iproute2', 'libseccomp2']);
    // What kind asks of a machine (inotify), and what containers need to reach anything at all.
    await run('sysctl', [
      '-qw',
      'fs.inotify.max_user_watches=524288',
      'fs.inotify.max_user_instances=512',
      'net.ipv4.ip_forward=1',
    ]);
    await clearPast(this.#folders);
    const { state, exec } = this.#folders;
    mkdirSync(state, { recursive: true });
    const config = join(state, 'daemon.json');
    const settings = {
      'data-root': join(state, `data-${Date.now()}`),
      'exec-root': exec,
      pidfile: this.#pidFile,
      hosts: [`unix://${socket}`],
      'storage-driver': 'overlay2',
      'log-driver': 'json-file',
      'log-opts': { 'max-size': '20m', 'max-file': '2' },
    };
    writeFileSync(config, JSON.stringify(settings, undefined, 2));
    const log = openSync(join(state, 'dockerd.log'), 'w');
    const env = { ...process.env, PATH: enginePath(programs), DOCKER_HOST: `unix://${socket}` };
    const daemon = spawn('dockerd', ['--config-file', config], { detached: true, stdio: ['ignore', log, log], env });
    daemon.unref();
    for (let tries = 0; tries < 240 && daemon.exitCode === null; tries += 1) {
      const version = await tryRun('docker', ['version', '-f', '{{.Server.Version}}'], { env });
      if (version) return { dockerHost: `unix://${socket}`, version, ours: true };
      await sleep(250);
    }
    const said = readFileSync(join(state, 'dockerd.log'), 'utf8').trim().split('\n').slice(-8).join('\n');
    throw new Error(`the Docker engine did not start:\n${said}`);
  }

  /** Stops the engine the lab started with all its containers, and removes what it leaves. Somebody else's engine is left alone. */
  async stop(): Promise<void> {
    if (this.#alive()) {
      const docker = join(await this.#programs(), 'usr/bin/docker');
      const env = { ...process.env, DOCKER_HOST: `unix://${socket}` };
      thaw(this.#folders);
      const running = (await tryRun(docker, ['ps', '-q'], { env, timeout: 10_000 }))?.split('\n').filter(Boolean) ?? [];
      if (running.length > 0) await tryRun(docker, ['kill', ...running], { env, timeout: 20_000 });
      process.kill(this.#pid(), 'SIGTERM');
      for (let tries = 0; tries < 150 && this.#alive(); tries += 1) await sleep(100);
    }
    await clearPast(this.#folders);
  }

  /** Folder of the engine's programs, from the running engine itself: the cache may have been renewed since. */
  async #programs(): Promise<string> {
    return (await run('readlink', [`/proc/${this.#pid()}/exe`])).replace(/\/usr\/sbin\/dockerd.*$/, '');
  }

  #pid(): number {
    return existsSync(this.#pidFile) ? Number(readFileSync(this.#pidFile, 'utf8')) : 0;
  }

  /** A pid file proves nothing after a crash: the process must be a dockerd that was given our configuration. */
  #alive(): boolean {
    try {
      const command = readFileSync(`/proc/${this.#pid()}/cmdline`, 'utf8');
      return command.includes(join(this.#folders.state, 'daemon.json'));
    } catch {
      return false;
    }
  }
}
