import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { kubeconfigText, writeKubeconfig } from './kubeconfig-file.ts';
import { parseKubeconfig, readKubeconfig } from './kubeconfig.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kubeconfig-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
const kind = `
apiVersion: v1
kind: Config
current-context: kind-kpack-desktop
clusters:
- name: kind-kpack-desktop
  cluster: {server: "https://192.168.1.20:6443/", certificate-authority-data: ${base64('CA')}, tls-server-name: kind}
contexts:
- name: kind-kpack-desktop
  context: {cluster: kind-kpack-desktop, user: admin, namespace: team}
- name: other
  context: {cluster: kind-kpack-desktop, user: teammate}
- name: cloud
  context: {cluster: kind-kpack-desktop, user: plugin}
- name: broken
  context: {cluster: nowhere, user: admin}
users:
- name: admin
  user: {client-certificate-data: ${base64('CERT')}, client-key-data: ${base64('KEY')}}
- name: teammate
  user: {tokenFile: token}
- name: plugin
  user: {exec: {command: aws}}
`;

describe('a kubeconfig', () => {
  test('gives the access of its current context', async () => {
    expect(await parseKubeconfig(kind)).toEqual({
      context: 'kind-kpack-desktop',
      server: 'https://192.168.1.20:6443',
      ca: 'CA',
      insecure: false,
      tlsServerName: 'kind',
      namespace: 'team',
      certificate: 'CERT',
      key: 'KEY',
      token: null,
      username: null,
      password: null,
    });
  });

  test('may name files beside it', async () => {
    await writeFile(path.join(folder, 'token'), 'secret\n');
    await writeFile(path.join(folder, 'config'), kind);
    const access = await readKubeconfig(path.join(folder, 'config'), 'other');
    expect(access).toMatchObject({ token: 'secret', certificate: null, namespace: 'default' });
  });

  test.each([
    ['absent', 'no-context', 'absent'],
    ['broken', 'no-cluster', 'nowhere'],
    ['cloud', 'unsupported-auth', 'plugin'],
    ['other', 'unreadable', 'token'],
  ])('with the context %s says what is wrong', async (context, code, subject) => {
    const subjectThere = expect.stringContaining(subject) as unknown;
    await expect(parseKubeconfig(kind, { directory: folder, context })).rejects.toMatchObject({
      code,
      subject: subjectThere,
    });
  });

  test.each(['clusters: 5', '{', 'just words'])('that is none (%s) is malformed', async (text) => {
    await expect(parseKubeconfig(text)).rejects.toMatchObject({ code: 'malformed' });
  });

  test('without clusters, as kind leaves it behind, has no context', async () => {
    const text = 'clusters: null\ncontexts: null\nusers: null\ncurrent-context: ""\n';
    await expect(parseKubeconfig(text)).rejects.toMatchObject({ code: 'no-context' });
  });

  test('written is read as it was, by its owner only, and leaves no other file', async () => {
    const access = await parseKubeconfig(kind);
    const file = path.join(folder, 'new', 'config');
    await writeKubeconfig(file, kubeconfigText(access, { cluster: 'c', user: 'u' }));
    await writeKubeconfig(file, kubeconfigText(access));
    expect(await readKubeconfig(file)).toEqual(access);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(path.dirname(file))).toEqual(['config']);
    expect(await readFile(file, 'utf8')).not.toContain('insecure');
  });
});
