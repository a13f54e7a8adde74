import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectionEnv } from './connection.ts';
import { candidates } from './context.ts';
import { findEngines } from './engine.ts';
import { dockerError } from './errors.ts';
import { asAdministrator, installMethods, installPlan } from './install.ts';
import { readOsRelease } from './os.ts';
import { textLines } from './text-lines.ts';

const home = () => mkdtempSync(path.join(tmpdir(), 'docker-home-'));
const look = (env: NodeJS.ProcessEnv, folder = home()) => candidates({ env, home: folder, platform: 'linux' });

function context(folder: string, name: string, host: string): void {
  const meta = path.join(folder, '.docker/contexts/meta', createHash('sha256').update(name).digest('hex'));
  mkdirSync(meta, { recursive: true });
  writeFileSync(path.join(meta, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
}

describe('candidates', () => {
  it('asks DOCKER_HOST before any context', () => {
    const folder = home();
    context(folder, 'colima', 'unix:///colima.sock');
    const found = look(
      { DOCKER_HOST: 'tcp://10.0.0.5:2376', DOCKER_CONTEXT: 'colima', DOCKER_CERT_PATH: '/certs' },
      folder,
    );
    expect(found[0]).toEqual({
      source: 'DOCKER_HOST',
      name: 'DOCKER_HOST',
      host: 'tcp://10.0.0.5:2376',
      certificates: '/certs',
      chosen: true,
    });
    expect(found.some(({ source }) => source === 'context')).toBe(false);
  });

  it('follows the current context of the config file, and DOCKER_CONTEXT over it', () => {
    const folder = home();
    context(folder, 'orbstack', 'unix:///orb.sock');
    context(folder, 'colima', 'unix:///colima.sock');
    writeFileSync(path.join(folder, '.docker/config.json'), JSON.stringify({ currentContext: 'orbstack' }));
    expect(look({}, folder)[0]).toMatchObject({
      source: 'context',
      name: 'orbstack',
      host: 'unix:///orb.sock',
      chosen: true,
    });
    expect(look({ DOCKER_CONTEXT: 'colima' }, folder)[0]).toMatchObject({ name: 'colima' });
  });

  it('looks at the usual sockets, each profile of Colima among them', () => {
    const folder = home();
    mkdirSync(path.join(folder, '.colima/work'), { recursive: true });
    const hosts = look({ XDG_RUNTIME_DIR: '/run/user/1000' }, folder).map(({ host }) => host);
    expect(hosts.slice(0, 2)).toEqual(['unix:///var/run/docker.sock', 'unix:///run/user/1000/docker.sock']);
    expect(hosts).toContain(`unix://${folder}/.colima/work/docker.sock`);
    expect(hosts).toContain(`unix://${folder}/.rd/docker.sock`);
  });

  it('survives a broken config file', () => {
    const folder = home();
    mkdirSync(path.join(folder, '.docker'));
    writeFileSync(path.join(folder, '.docker/config.json'), '{');
    expect(look({}, folder)[0]).toMatchObject({ source: 'socket', chosen: false });
  });
});

describe('findEngines', () => {
  it('takes no other engine in silence when the chosen one does not answer', async () => {
    const folder = home();
    const host = `unix://${folder}/nobody.sock`;
    const { engines, failures } = await findEngines(
      { env: { DOCKER_HOST: host }, home: folder, platform: 'linux' },
      500,
    );
    expect(engines).toEqual([]);
    expect(failures.find(({ candidate }) => candidate.chosen)).toMatchObject({
      candidate: { host },
      error: { kind: 'not-running' },
    });
  });
});

describe('connectionEnv', () => {
  it('leads the docker command line to the same engine', () => {
    const env = connectionEnv({
      source: 'context',
      name: 'remote',
      host: 'tcp://h:2376',
      certificates: '/c',
      chosen: true,
    });
    expect(env).toEqual({
      DOCKER_HOST: 'tcp://h:2376',
      DOCKER_CONTEXT: '',
      DOCKER_CERT_PATH: '/c',
      DOCKER_TLS_VERIFY: '1',
    });
  });
});

describe('dockerError', () => {
  const answered = (statusCode: number, message: string) => Object.assign(new Error(message), { statusCode });

  it('tells apart what a person can do something about', () => {
    expect(dockerError(new Error('connect ENOENT /var/run/docker.sock')).kind).toBe('not-running');
    expect(dockerError(new Error('connect EACCES /var/run/docker.sock')).kind).toBe('permission');
    expect(dockerError(answered(500, 'Bind for 0.0.0.0:6443 failed: port is already allocated')).kind).toBe(
      'port-taken',
    );
    expect(dockerError(answered(500, 'bind: cannot assign requested address')).kind).toBe('address-unavailable');
    expect(dockerError(answered(404, 'No such container: x')).kind).toBe('not-found');
    expect(dockerError(answered(500, 'open /x: ENOENT no such file')).kind).toBe('other');
  });
});

describe('installing an engine', () => {
  const debian = readOsRelease('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_CODENAME=bookworm\n');

  it('is offered where apt is', () => {
    expect(installMethods(debian)).toEqual(['docker', 'distribution']);
    expect(installMethods(readOsRelease('ID=fedora\n'))).toEqual([]);
  });

  it('uses the repository of the very system and release', () => {
    const { script } = installPlan('docker', debian, 'team');
    expect(script).toContain('https://download.docker.com/linux/debian bookworm stable');
    expect(script).toContain("usermod -aG docker 'team'");
    expect(installPlan('distribution', debian, 'root').script).not.toContain('usermod');
  });

  it('keeps a user name from being a command', () => {
    expect(installPlan('distribution', debian, "a'; rm -rf /").script).toContain(
      String.raw`usermod -aG docker 'a'\''; rm -rf /'`,
    );
  });

  it('takes root, then sudo, then the dialog of polkit, then gives up', async () => {
    expect(await asAdministrator('x', { root: true, sudo: true })).toMatchObject({ program: '/bin/sh' });
    expect(await asAdministrator('x', { root: false, sudo: true })).toMatchObject({ program: 'sudo' });
    expect(await asAdministrator('x', { root: false, sudo: false, path: home() })).toBeNull();
  });
});

describe('textLines', () => {
  it('does not tear characters at the borders of chunks', async () => {
    const bytes = Buffer.from('一行目\r\n二行');
    const chunks = [bytes.subarray(0, 4), bytes.subarray(4, 12), bytes.subarray(12)];
    const lines = [];
    for await (const line of textLines(
      (async function* () {
        await Promise.resolve();
        yield* chunks;
      })(),
    ))
      lines.push(line);
    expect(lines).toEqual(['一行目', '二行']);
  });
});
