import { describe, expect, it } from 'vitest';
import { translate } from '../../../preload/messages/index.ts';
import { read } from '../../../test/fixtures/kpack/read.ts';
import { buildFact } from '../facts/build.ts';
import { builderFact } from '../facts/builder.ts';
import { imageFact } from '../facts/image.ts';
import { type PodFact, podFact } from '../facts/pod.ts';
import { sourceFact } from '../facts/source.ts';
import { explainWait, type Wait } from './waiting.ts';

const image = imageFact(read('unschedulable', 'image'));
const build = buildFact(read('unschedulable', 'build'));
const pod = podFact(read('unschedulable', 'pod'));
const builder = builderFact(read('story/1-config', 'clusterbuilder'));
const source = sourceFact(read('story/1-config', 'sourceresolver'));
const base: Wait = {
  image,
  build,
  pod,
  builder,
  buildersKnown: true,
  source,
  claimPhase: 'Bound',
  now: build.createdAt + 60_000,
};

function words(change: Partial<Wait>): string {
  const { headline } = explainWait({ ...base, ...change });
  return translate('en', headline.key, headline.params);
}

/** The pod has a node, and its first step waits with this reason. */
function waiting(reason: string, message = ''): PodFact {
  const placed = { status: 'True', reason: '', message: '', at: build.createdAt } as const;
  return {
    ...pod,
    scheduled: placed,
    steps: pod.steps.map((step, index) => (index === 0 ? { ...step, reason, message } : step)),
  };
}

function unscheduled(message: string): PodFact {
  return { ...pod, scheduled: { status: 'False', reason: 'Unschedulable', message, at: build.createdAt } };
}

describe('a build without a node', () => {
  it('of the capture asks for a label that no node has, and quotes the scheduler', () => {
    const verdict = explainWait(base);
    expect(verdict.headline.key).toBe('explain.no_node_selector');
    expect(verdict.evidence[0]?.text).toMatch(
      /^0\/1 nodes are available: 1 node\(s\) didn't match Pod's node affinity/,
    );
  });

  it.each([
    ['0/1 nodes are available: 1 Insufficient memory.', 'No node has enough free memory for the build'],
    ['0/1 nodes are available: 1 Insufficient cpu.', 'No node has enough free processor time for the build'],
    ['0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', 'Waits for the cache volume'],
    ['0/1 nodes are available: 1 node(s) had untolerated taint {x: y}.', 'Every node keeps builds away (taint)'],
    ['something new', 'Waits for a place on a node'],
  ])('%s', (message, expected) => {
    expect(words({ pod: unscheduled(message) })).toBe(expected);
  });
});

describe('a build that cannot get an image', () => {
  it.each([
    [
      'Back-off pulling image "r:5000/b": ErrImagePull: failed to resolve: unexpected status 401 Unauthorized',
      'The node may not pull the image of step prepare',
    ],
    [
      'Back-off pulling image "172.30.255.10:5000/nosuch:1": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "172.30.255.10:5000/nosuch:1": failed to resolve reference "172.30.255.10:5000/nosuch:1": 172.30.255.10:5000/nosuch:1: not found',
      'The image of step prepare is not in the registry',
    ],
    [
      'Back-off pulling image "172.30.20.20:80/nosuch:1": ErrImagePull: failed to pull and unpack image "172.30.20.20:80/nosuch:1": failed to do request: Head "https://172.30.20.20:80/v2/nosuch/manifests/1": http: server gave HTTP response to HTTPS client',
      'The node expects HTTPS from a registry that speaks plain HTTP',
    ],
    [
      'Back-off pulling image "172.30.255.99:5000/b@sha256:ab401cd404": ErrImagePull: failed to do request: Head "https://172.30.255.99:5000/v2/b/manifests/1": dial tcp 172.30.255.99:5000: connect: no route to host',
      'The node cannot reach the registry of step prepare',
    ],
    ['Back-off pulling image "r:5000/b"', 'The node cannot pull the image of step prepare'],
  ])('%s', (message, expected) => {
    const verdict = explainWait({ ...base, pod: waiting('ImagePullBackOff', message) });
    expect(translate('en', verdict.headline.key, verdict.headline.params)).toBe(expected);
    expect(verdict.evidence[0]?.text).toBe(message);
    expect(verdict.where).toEqual({ key: 'explain.where_waiting_step', params: { step: 'prepare' } });
  });

  it('says so while it is still being fetched', () => {
    expect(words({ pod: waiting('PodInitializing') })).toBe('The node fetches the image and volumes of step prepare');
  });

  it('names a mount that is missing', () => {
    expect(words({ pod: waiting('CreateContainerConfigError', 'secret "x" not found') })).toBe(
      'Step prepare cannot start: something it mounts or reads is missing',
    );
  });
});

describe('a build without a pod', () => {
  it('is normal at first', () => {
    expect(words({ pod: null, now: build.createdAt + 2_000 })).toBe("Waits for the build's pod");
  });

  it('is not normal for long', () => {
    expect(words({ pod: null })).toBe('No pod after 60 s: a quota or policy of namespace default may forbid it');
  });
});

describe('an image without a build', () => {
  const alone: Partial<Wait> = { build: null, pod: null };
  const ready = (reason: string, message = '') => ({
    ...image,
    ready: { status: 'False' as const, reason, message, at: null },
  });

  it('names the error of a builder that is not ready', () => {
    const broken = builderFact(read('wrong-architecture', 'clusterbuilder'));
    expect(words({ ...alone, builder: { ...broken, ready: false }, image: ready('BuilderNotReady') })).toMatch(
      /^Builder lab is not ready: validating lifecycle image .*: expected platform to be linux\/amd64/,
    );
  });

  it('names a builder that does not exist', () => {
    expect(
      words({
        ...alone,
        builder: null,
        image: ready('BuilderNotFound', "Error: Unable to find builder 'lab' in namespace 'default'."),
      }),
    ).toBe('Builder lab does not exist');
  });

  it('waits for the source', () => {
    expect(words({ ...alone, image: ready('ResolverNotReady') })).toBe('Waits until kpack has read the source');
  });

  it('is new', () => {
    expect(words({ ...alone, image: { ...image, ready: null }, now: image.createdAt + 1_000 })).toBe(
      'Waits for kpack to look at the image',
    );
    expect(words({ ...alone, image: { ...image, ready: null }, now: image.createdAt + 90_000 })).toBe(
      'kpack has not looked at the image for 90 s',
    );
  });
});
