import type { KubernetesClient } from './client.ts';
import { errorFromStatus } from './errors.ts';
import type { Query } from './http.ts';
import { LineSplitter } from './lines.ts';
import type { KubernetesObject, WatchEvent } from './types.ts';

/** The end of the objects that were there when a WatchList was opened. Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists */
const initialEnd = 'k8s.io/initial-events-end';

/** What a watch says, its ERROR events thrown as KubernetesErrors. */
export type Change<T> =
  | { type: 'open' }
  | { type: 'upsert'; object: T; version: string }
  | { type: 'remove'; uid: string; version: string }
  | { type: 'bookmark'; version: string; initialEnd: boolean };

/** The longest line taken: objects are limited to 1.5 MiB by etcd, twice that with both sides of a conversion. */
const longest = 64 * 1024 * 1024;

/**
 * One attempt of a watch: yields until the stream ends, fails with what broke it. Nothing heard for
 * `silence` milliseconds breaks it too.
 */
export async function* watchStream<T extends KubernetesObject>(
  client: KubernetesClient,
  path: string,
  query: Query,
  options: { signal: AbortSignal; silence: number },
): AsyncGenerator<Change<T>, void, undefined> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new Error('silence')), options.silence);
  try {
    const answer = await client.stream(path, AbortSignal.any([options.signal, silent.signal]), query);
    timer.refresh();
    yield { type: 'open' };
    const splitter = new LineSplitter(longest);
    for await (const chunk of answer.body) {
      timer.refresh();
      for (const line of splitter.push(chunk)) {
        if (line.length > 0) yield readChange<T>(line);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

function readChange<T extends KubernetesObject>(line: Buffer): Change<T> {
  const event = JSON.parse(line.toString('utf8')) as WatchEvent<T>;
  if (event.type === 'ERROR') throw errorFromStatus(event.object);
  const metadata = event.object.metadata;
  const version = metadata?.resourceVersion ?? '';
  switch (event.type) {
    case 'BOOKMARK':
      return { type: 'bookmark', version, initialEnd: metadata?.annotations?.[initialEnd] === 'true' };
    case 'DELETED':
      return { type: 'remove', uid: metadata?.uid ?? '', version };
    case 'ADDED':
    case 'MODIFIED':
      return { type: 'upsert', object: event.object, version };
  }
}
