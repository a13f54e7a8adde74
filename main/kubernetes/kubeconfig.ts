import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** Everything needed to talk to one cluster as one user. PEM texts, not paths. */
export interface ClusterAccess {
  /** Name of the context. */
  readonly context: string;
  /** `https://192.168.1.20:6443`, perhaps with a path. */
  readonly server: string;
  readonly ca: string | null;
  /** Certificates are not checked. */
  readonly insecure: boolean;
  /** Name to check the server's certificate against instead of the address. */
  readonly tlsServerName: string | null;
  /** Namespace of the context. */
  readonly namespace: string;
  readonly certificate: string | null;
  readonly key: string | null;
  readonly token: string | null;
  readonly username: string | null;
  readonly password: string | null;
}

/** A kubeconfig that cannot be used. `code` says why, `subject` what it is about. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
  readonly code: 'unreadable' | 'malformed' | 'no-context' | 'no-cluster' | 'no-user' | 'unsupported-auth';
  readonly subject: string;

  constructor(code: KubeconfigError['code'], subject: string, cause?: unknown) {
    super(`kubeconfig: ${code}: ${subject}`, { cause });
    this.code = code;
    this.subject = subject;
  }
}

const cluster = z.looseObject({
  server: z.string(),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': z.string().optional(),
});
const user = z.looseObject({
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  exec: z.unknown().optional(),
  'auth-provider': z.unknown().optional(),
});
const context = z.looseObject({ cluster: z.string(), user: z.string(), namespace: z.string().optional() });
/** Fields of https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ that are read. Null lists are what kind leaves behind. */
const file = z.looseObject({
  clusters: z.array(z.looseObject({ name: z.string(), cluster })).nullish(),
  users: z.array(z.looseObject({ name: z.string(), user: user.nullish() })).nullish(),
  contexts: z.array(z.looseObject({ name: z.string(), context })).nullish(),
  'current-context': z.string().nullish(),
});

/** Reads a kubeconfig file; `wanted` names a context, else the current one is taken. Errors: KubeconfigError. */
export async function readKubeconfig(path: string, wanted?: string): Promise<ClusterAccess> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new KubeconfigError('unreadable', path, error);
  }
  return parseKubeconfig(text, { directory: dirname(path), context: wanted });
}

/** Takes one context out of a kubeconfig. Relative paths in it are relative to `directory`. */
export async function parseKubeconfig(
  text: string,
  options: { directory?: string; context?: string } = {},
): Promise<ClusterAccess> {
  const config = parseFile(text);
  const name = options.context ?? config['current-context'] ?? '';
  const chosen = config.contexts?.find((each) => each.name === name)?.context;
  if (!chosen) throw new KubeconfigError('no-context', name);
  const where = config.clusters?.find((each) => each.name === chosen.cluster)?.cluster;
  if (!where) throw new KubeconfigError('no-cluster', chosen.cluster);
  const who = config.users?.find((each) => each.name === chosen.user)?.user;
  if (!who) throw new KubeconfigError('no-user', chosen.user);
  const directory = options.directory ?? '.';
  const token = who.tokenFile === undefined ? who.token : (await readBeside(directory, who.tokenFile)).trim();
  const certificate = await pem(directory, who['client-certificate-data'], who['client-certificate']);
  if (token === undefined && certificate === null && (who.exec !== undefined || who['auth-provider'] !== undefined)) {
    throw new KubeconfigError('unsupported-auth', chosen.user);
  }
  return {
    context: name,
    server: where.server.replace(/\/+$/, ''),
    ca: await pem(directory, where['certificate-authority-data'], where['certificate-authority']),
    insecure: where['insecure-skip-tls-verify'] ?? false,
    tlsServerName: where['tls-server-name'] ?? null,
    namespace: chosen.namespace ?? 'default',
    certificate,
    key: await pem(directory, who['client-key-data'], who['client-key']),
    token: token ?? null,
    username: who.username ?? null,
    password: who.password ?? null,
  };
}

function parseFile(text: string): z.infer<typeof file> {
  try {
    return file.parse(parse(text));
  } catch (error) {
    throw new KubeconfigError('malformed', error instanceof Error ? error.message : String(error), error);
  }
}

async function pem(directory: string, data: string | undefined, path: string | undefined): Promise<string | null> {
  if (data !== undefined && data !== '') return Buffer.from(data, 'base64').toString('utf8');
  return path === undefined || path === '' ? null : readBeside(directory, path);
}

async function readBeside(directory: string, path: string): Promise<string> {
  const full = isAbsolute(path) ? path : join(directory, path);
  try {
    return await readFile(full, 'utf8');
  } catch (error) {
    throw new KubeconfigError('unreadable', full, error);
  }
}
