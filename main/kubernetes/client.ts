import { stat } from 'node:fs/promises';
import { isKubernetesError } from './errors.ts';
import { call, type Call, type Query, stream, type StreamAnswer } from './http.ts';
import { type ClusterAccess, readKubeconfig } from './kubeconfig.ts';
import { type ResourceKind, resourcePath, type Where } from './resources.ts';
import { closeTransport, openTransport, type Transport } from './transport.ts';
import type { KubernetesObject, ObjectList } from './types.ts';

/** The name under which this program owns fields: https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers */
export const fieldManager = 'kpack-desktop';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole call. */
  readonly timeoutMs?: number;
}

export interface WriteOptions extends CallOptions {
  /** The server does everything but store the result. */
  readonly dryRun?: boolean;
}

export interface ListOptions extends CallOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
}

export interface DeleteOptions extends WriteOptions {
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  readonly gracePeriodSeconds?: number;
  /** Only if it is still this very object. */
  readonly uid?: string;
}

export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly value?: unknown;
  readonly from?: string;
}

/**
 * One cluster as one user. Every method fails with a KubernetesError when the server refuses or does
 * not answer, and with the signal's reason when that is aborted.
 */
export class KubernetesClient {
  #transport: Transport;
  readonly #file: { path: string; context: string | undefined; stamp: string } | null;

  constructor(access: ClusterAccess, file?: { path: string; context?: string; stamp: string }) {
    this.#transport = openTransport(access);
    this.#file = file ? { path: file.path, context: file.context, stamp: file.stamp } : null;
  }

  /** A client for a context of a kubeconfig file (the current one if none is named). Errors: KubeconfigError. */
  static async fromFile(path: string, context?: string): Promise<KubernetesClient> {
    const stamp = await stampOf(path);
    return new KubernetesClient(await readKubeconfig(path, context), { path, context, stamp });
  }

  get access(): ClusterAccess {
    return this.#transport.access;
  }

  /** `https://address:port`. */
  get server(): string {
    return this.#transport.access.server;
  }

  /**
   * Reads the kubeconfig file again if it was written since: a cluster made anew has other
   * certificates and perhaps another port. True when the access is another one now. A file that cannot
   * be read changes nothing. `force`: also when the file looks the same (its token file may differ).
   */
  async refresh(force = false): Promise<boolean> {
    const file = this.#file;
    if (!file) return false;
    try {
      const stamp = await stampOf(file.path);
      if (stamp === file.stamp && !force) return false;
      const access = await readKubeconfig(file.path, file.context);
      file.stamp = stamp;
      const old = this.#transport;
      if (JSON.stringify(old.access) === JSON.stringify(access)) return false;
      this.#transport = openTransport(access);
      void closeTransport(old);
      return true;
    } catch {
      return false;
    }
  }

  /** One object. */
  get<T = KubernetesObject>(kind: ResourceKind, where: Where, options?: CallOptions): Promise<T> {
    return this.json<T>({ path: resourcePath(kind, where), ...options });
  }

  /** One object, or null when there is none (also when the server does not know its kind). */
  async find<T = KubernetesObject>(kind: ResourceKind, where: Where, options?: CallOptions): Promise<T | null> {
    try {
      return await this.get<T>(kind, where, options);
    } catch (error) {
      if (isKubernetesError(error, 'not-found', 'absent')) return null;
      throw error;
    }
  }

  /** All objects, or one page of them when `limit` is given. */
  list<T = KubernetesObject>(kind: ResourceKind, options: ListOptions = {}): Promise<ObjectList<T>> {
    const { labelSelector, fieldSelector, limit, continue: token, signal, timeoutMs } = options;
    const path = resourcePath(kind, { namespace: options.namespace });
    return this.json({ path, query: { labelSelector, fieldSelector, limit, continue: token }, signal, timeoutMs });
  }

  /** Makes an object in the namespace that it names. */
  create<T extends KubernetesObject>(kind: ResourceKind, object: T, options?: WriteOptions): Promise<T> {
    const path = resourcePath(kind, { namespace: object.metadata?.namespace });
    return this.json<T>({ method: 'POST', path, body: object, ...writing(options) });
  }

  /** Creates what has no name of its own, below an object: a token of a service account, an eviction… */
  createSub<T>(kind: ResourceKind, where: Where, body: object, options?: WriteOptions): Promise<T> {
    return this.json<T>({ method: 'POST', path: resourcePath(kind, where), body, ...writing(options) });
  }

  /**
   * Server-side apply: makes the object or changes the fields that are given. With `force` (the
   * default) fields of other owners are taken over; without, they are a `conflict`.
   */
  apply<T extends KubernetesObject>(
    kind: ResourceKind,
    object: T,
    options: WriteOptions & { force?: boolean; subresource?: string } = {},
  ): Promise<T> {
    const { namespace, name } = object.metadata ?? {};
    const { query, ...rest } = writing(options);
    return this.json<T>({
      method: 'PATCH',
      path: resourcePath(kind, { namespace, name: name ?? '', subresource: options.subresource }),
      query: { ...query, force: options.force ?? true },
      body: object,
      contentType: 'application/apply-patch+yaml',
      ...rest,
    });
  }

  /** JSON merge patch (RFC 7386): null removes a field, lists are replaced as a whole. */
  mergePatch<T = KubernetesObject>(
    kind: ResourceKind,
    where: Where,
    patch: object,
    options?: WriteOptions,
  ): Promise<T> {
    const contentType = 'application/merge-patch+json';
    return this.json<T>({
      method: 'PATCH',
      path: resourcePath(kind, where),
      body: patch,
      contentType,
      ...writing(options),
    });
  }

  /** JSON patch (RFC 6902): can test a value before it is changed. */
  jsonPatch<T = KubernetesObject>(
    kind: ResourceKind,
    where: Where,
    patch: readonly PatchOperation[],
    options?: WriteOptions,
  ): Promise<T> {
    const contentType = 'application/json-patch+json';
    return this.json<T>({
      method: 'PATCH',
      path: resourcePath(kind, where),
      body: patch,
      contentType,
      ...writing(options),
    });
  }

  /** Deletes one object; false when it was not there. */
  async delete(kind: ResourceKind, where: Where & { name: string }, options: DeleteOptions = {}): Promise<boolean> {
    const { propagationPolicy = 'Background', gracePeriodSeconds, uid, dryRun, signal, timeoutMs } = options;
    const body = {
      propagationPolicy,
      gracePeriodSeconds,
      preconditions: uid === undefined ? undefined : { uid },
      dryRun: dryRun ? ['All'] : undefined,
    };
    try {
      await this.json({ method: 'DELETE', path: resourcePath(kind, where), body, signal, timeoutMs });
      return true;
    } catch (error) {
      if (isKubernetesError(error, 'not-found', 'absent')) return false;
      throw error;
    }
  }

  /** Any request with JSON in and out. */
  async json<T = unknown>(options: Call): Promise<T> {
    const body = await call(this.#transport, options);
    // The shape is what the path promises; callers treat everything that a controller fills in as optional.
    return JSON.parse(body.toString('utf8')) as T;
  }

  /** The text behind a path: `/readyz`, `/version`, a log that has ended… */
  async text(path: string, query?: Query, options?: CallOptions): Promise<string> {
    return (await call(this.#transport, { path, query, accept: '*/*', ...options })).toString('utf8');
  }

  /**
   * Opens a path for reading as it comes: watches, followed logs, files of a node. Only the signal
   * limits its time; leaving the loop over `body` ends the connection.
   */
  stream(path: string, signal: AbortSignal, query?: Query): Promise<StreamAnswer> {
    return stream(this.#transport, { path, query, signal });
  }

  /** Whether the API server says that it is ready (2 s); never fails. */
  async ready(signal?: AbortSignal): Promise<boolean> {
    try {
      await this.text('/readyz', undefined, { signal, timeoutMs: 2000 });
      return true;
    } catch {
      return false;
    }
  }

  /** Ends every connection; requests under way fail. */
  async dispose(): Promise<void> {
    await closeTransport(this.#transport);
  }
}

function writing(options: WriteOptions = {}): CallOptions & { query: Query } {
  const { dryRun, signal, timeoutMs } = options;
  return { query: { fieldManager, dryRun: dryRun ? 'All' : undefined }, signal, timeoutMs };
}

async function stampOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path).catch(() => ({ mtimeMs: 0, size: 0, ino: 0 }));
  return `${mtimeMs}-${size}-${ino}`;
}
