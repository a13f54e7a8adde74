import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import type { ClusterAccess } from './kubeconfig.ts';

/** The text of a kubeconfig with one context that carries everything in it. */
export function kubeconfigText(access: ClusterAccess, names: { cluster?: string; user?: string } = {}): string {
  const cluster = names.cluster ?? access.context;
  const user = names.user ?? access.context;
  const base64 = (text: string | null) => (text === null ? undefined : Buffer.from(text).toString('base64'));
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': access.context,
    clusters: [
      {
        name: cluster,
        cluster: {
          server: access.server,
          'certificate-authority-data': base64(access.ca),
          'insecure-skip-tls-verify': access.insecure ? true : undefined,
          'tls-server-name': access.tlsServerName ?? undefined,
        },
      },
    ],
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': base64(access.certificate),
          'client-key-data': base64(access.key),
          token: access.token ?? undefined,
          username: access.username ?? undefined,
          password: access.password ?? undefined,
        },
      },
    ],
    contexts: [
      {
        name: access.context,
        context: { cluster, user, namespace: access.namespace === 'default' ? undefined : access.namespace },
      },
    ],
  });
}

/**
 * Writes a file that holds credentials: readable by its owner only, complete or not at all (a
 * temporary file beside it is renamed), on disk when this returns.
 */
export async function writeKubeconfig(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
