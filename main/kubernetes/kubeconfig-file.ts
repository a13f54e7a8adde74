import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { writeAtomic } from '../storage/files.ts';
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

/** Writes a file that holds credentials: readable by its owner only, complete or not at all. */
export async function writeKubeconfig(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeAtomic(file, text, 0o600);
}
