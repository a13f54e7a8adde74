import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Where an engine may listen, and how we came to think so. */
export interface Candidate {
  readonly source: 'DOCKER_HOST' | 'context' | 'socket';
  /** Name of the variable, the context or the program that usually makes the socket. */
  readonly name: string;
  /** unix:///…, npipe://…, tcp://host:port or ssh://… */
  readonly host: string;
  /** Folder with ca.pem, cert.pem and key.pem. */
  readonly certificates: string | null;
  /** The user chose it; when it does not answer that is a fault and not just absence. */
  readonly chosen: boolean;
}

/** What the search looks at; a value, so that tests can make one. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/**
 * Places to look for an engine, in the order of the docker command line: DOCKER_HOST, DOCKER_CONTEXT,
 * the current context of its config file, the default socket
 * (https://docs.docker.com/engine/manage-resources/contexts/); then the sockets of the usual programs.
 */
export function candidates(surroundings: Surroundings): Candidate[] {
  const { env } = surroundings;
  const found: Candidate[] = [];
  const certificates = env['DOCKER_CERT_PATH'] ?? null;
  const host = env['DOCKER_HOST'];
  if (host !== undefined && host !== '') {
    found.push({ source: 'DOCKER_HOST', name: 'DOCKER_HOST', host, certificates, chosen: true });
  } else {
    const context = currentContext(surroundings);
    if (context !== null) found.push(context);
  }
  for (const [name, socket] of sockets(surroundings)) {
    if (found.some((candidate) => candidate.host === socket)) continue;
    found.push({ source: 'socket', name, host: socket, certificates: null, chosen: false });
  }
  return found;
}

function configFolder({ env, home }: Surroundings): string {
  return env['DOCKER_CONFIG'] ?? path.join(home, '.docker');
}

function currentContext(surroundings: Surroundings): Candidate | null {
  const name = surroundings.env['DOCKER_CONTEXT'] ?? fromConfig(surroundings);
  if (name === '' || name === 'default') return null;
  // Folders of contexts are named by the sha256 of the context's name (docker/cli, cli/context/store).
  const folder = createHash('sha256').update(name).digest('hex');
  const meta = readJson(path.join(configFolder(surroundings), 'contexts/meta', folder, 'meta.json'));
  const host = text(child(child(child(meta, 'Endpoints'), 'docker'), 'Host'));
  const tls = path.join(configFolder(surroundings), 'contexts/tls', folder, 'docker');
  return { source: 'context', name, host, certificates: existsSync(tls) ? tls : null, chosen: true };
}

function fromConfig(surroundings: Surroundings): string {
  return text(child(readJson(path.join(configFolder(surroundings), 'config.json')), 'currentContext'));
}

/** Usual sockets, with the program that makes them. */
function sockets({ env, home, platform }: Surroundings): [string, string][] {
  if (platform === 'win32') {
    return [
      ['Docker', 'npipe:////./pipe/docker_engine'],
      ['Docker Desktop', 'npipe:////./pipe/dockerDesktopLinuxEngine'],
    ];
  }
  const list: [string, string][] = [['Docker', '/var/run/docker.sock']];
  const runtime = env['XDG_RUNTIME_DIR'];
  if (runtime !== undefined && runtime !== '') list.push(['Docker (rootless)', path.join(runtime, 'docker.sock')]);
  list.push(
    ['Docker Desktop', path.join(home, '.docker/run/docker.sock')],
    ['Docker Desktop', path.join(home, '.docker/desktop/docker.sock')],
  );
  for (const profile of folders(path.join(home, '.colima')))
    list.push([`Colima (${profile})`, path.join(home, '.colima', profile, 'docker.sock')]);
  list.push(
    ['Rancher Desktop', path.join(home, '.rd/docker.sock')],
    ['OrbStack', path.join(home, '.orbstack/run/docker.sock')],
  );
  return list.map(([name, socket]) => [name, `unix://${socket}`]);
}

function folders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function child(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
