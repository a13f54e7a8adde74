import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Fault } from '../../test/standin/standin.ts';
import { failureOf, quiet, Testbed } from '../../test/standin/testbed.ts';
import type { Descriptor, OciImage } from '../registry/oci.ts';
import { digestOf } from '../registry/verify.ts';
import type { Source } from './source.ts';

const run = 'docker.io/paketobuildpacks/run:1.0.0';
const { signal } = new AbortController();

let bed: Testbed;
let source: Source;
let image: OciImage;
/** The image's largest layer, the file it goes to and the requests for it. */
let layer: Descriptor;
let path: string;
let paths: RegExp;

beforeEach(async () => {
  bed = await Testbed.start();
  source = bed.open();
  image = await source.image(run, signal);
  layer = image.manifest.layers[1] ?? image.manifest.config;
  path = join(bed.root, 'cache', 'blobs', layer.digest.replace(':', '/'));
  paths = new RegExp(`^cdn\\.example/.*${layer.digest}`);
});

afterEach(() => bed.dispose());

const fetchIt = () => source.fetch(image, quiet, signal);
const ranges = () =>
  bed
    .blobRequests()
    .filter((request) => paths.test(request.path))
    .map(({ range }) => range);

async function expectWhole(): Promise<void> {
  expect(digestOf(await readFile(path))).toBe(layer.digest);
  expect(digestOf(await buffer(await image.blob(layer.digest, signal)))).toBe(layer.digest);
}

/** Fetches until the server has sent `bytes` of the layer and we have written them; then the connection breaks. */
async function fetchUntilItBreaks(bytes: number, onward: 'retry' | 'fail'): Promise<void> {
  const written = Promise.withResolvers<undefined>();
  bed.standin.break({ paths, cut: bytes, slow: { bytes, pace: () => written.promise } });
  if (onward === 'fail') bed.standin.break({ paths, status: 404 });
  const fetched = source.fetch(
    image,
    ({ done }) => {
      if (done >= bytes) written.resolve(undefined);
    },
    signal,
  );
  if (onward === 'retry') await fetched;
  else expect((await failureOf(fetched)).kind).toBe('not-found');
}

test.each<[string, Omit<Fault, 'paths'>]>([
  ['a broken connection', { cut: 200_000 }],
  ['a server error', { status: 503 }],
  ['a rate limit', { status: 429, retryAfter: 7 }],
])('%s is survived', async (_name, fault) => {
  bed.standin.break({ paths, ...fault });
  await fetchIt();
  await expectWhole();
  expect(bed.waits).toHaveLength(1);
});

test('a download is continued where it broke off', async () => {
  await fetchUntilItBreaks(400_000, 'retry');
  expect(ranges()).toEqual([null, 'bytes=400000-']);
  await expectWhole();
});

test('a download is continued by the next process', async () => {
  await fetchUntilItBreaks(300_000, 'fail');
  const next = bed.open();
  await next.fetch(await next.image(run, signal), quiet, signal);
  expect(ranges().at(-1)).toBe('bytes=300000-');
  await expectWhole();
});

test('a download starts again where the server does not know ranges', async () => {
  await fetchUntilItBreaks(300_000, 'fail');
  bed.standin.break({ paths, whole: true });
  await fetchIt();
  await expectWhole();
});

test.each([
  ['of something else', 11],
  ['longer than the content', 10_000_000],
])('a download starts again when the remains of an earlier one are %s', async (_name, bytes) => {
  await fetchIt();
  await rm(path);
  await writeFile(`${path}.part`, 'other content');
  await truncate(`${path}.part`, bytes);
  await fetchIt();
  await expectWhole();
});

test('the pause is as long as the server asks', async () => {
  bed.standin.break({ paths, status: 429, retryAfter: 30 });
  await fetchIt();
  expect(bed.waits).toEqual([30_000]);
});

test('a pause of more than a minute is not waited for: the error says when to come back', async () => {
  bed.standin.break({ paths, status: 429, retryAfter: 3600 });
  expect(await failureOf(fetchIt())).toMatchObject({ kind: 'rate-limited', status: 429, retryAfterMs: 3_600_000 });
  expect(bed.waits).toEqual([]);
});

test('tries end after the last attempt, each pause longer than the one before', async () => {
  bed.standin.break({ paths, status: 502, times: 99 });
  expect(await failureOf(fetchIt())).toMatchObject({ kind: 'other', status: 502 });
  expect(bed.waits).toHaveLength(3);
  expect(bed.waits).toEqual([...bed.waits].sort((a, b) => a - b));
});

test('what another try cannot help is not tried again', async () => {
  bed.standin.break({ paths, status: 404, times: 99 });
  expect((await failureOf(fetchIt())).kind).toBe('not-found');
  expect(bed.waits).toEqual([]);
});

test('wrong content is refused by name and leaves nothing behind', async () => {
  bed.standin.break({ paths, wrong: true, times: 99 });
  const error = await failureOf(fetchIt());
  expect(error.kind).toBe('checksum');
  expect(error.message).toContain(layer.digest);
  const left = await readdir(join(bed.root, 'cache', 'blobs', 'sha256'));
  expect(left.filter((name) => name.startsWith(layer.digest.slice('sha256:'.length)))).toEqual([]);
});

test('a slow download can be cancelled, and goes on later', async () => {
  const cancel = new AbortController();
  const reason = new Error('the user pressed cancel');
  const never = Promise.withResolvers<undefined>();
  bed.standin.break({ paths, slow: { bytes: 100_000, pace: () => never.promise } });
  const onProgress = ({ done }: { done: number }) => {
    if (done >= 100_000) cancel.abort(reason);
  };
  await expect(source.fetch(image, onProgress, cancel.signal)).rejects.toBe(reason);
  never.resolve(undefined);
  await fetchIt();
  expect(ranges()).toEqual([null, 'bytes=100000-']);
  await expectWhole();
});

test('two who want the same blob share one download', async () => {
  await Promise.all([fetchIt(), fetchIt()]);
  expect(ranges()).toEqual([null]);
});

test('when the one who fetches is cancelled, the other who waits goes on', async () => {
  const cancel = new AbortController();
  const never = Promise.withResolvers<undefined>();
  bed.standin.break({ paths, slow: { bytes: 100_000, pace: () => never.promise } });
  const started = Promise.withResolvers<undefined>();
  const first = source.fetch(image, ({ done }) => done >= 100_000 && started.resolve(undefined), cancel.signal);
  await started.promise;
  const second = fetchIt();
  cancel.abort(new Error('cancelled'));
  await expect(first).rejects.toThrow('cancelled');
  await second;
  never.resolve(undefined);
  await expectWhole();
});

test('a host that does not answer is named', async () => {
  const endpoints = { ...bed.standin.endpoints, 'kind.sigs.k8s.io': 'http://127.0.0.1:1' };
  const error = await failureOf(bed.open({ endpoints }).kindBinary(quiet, signal));
  expect(error).toMatchObject({ kind: 'unreachable', status: 0 });
  expect(error.host).toBe('127.0.0.1:1');
});
