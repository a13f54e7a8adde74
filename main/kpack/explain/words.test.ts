import { describe, expect, it } from 'vitest';
import { translate } from '../../../preload/messages/index.ts';
import { read } from '../../../test/fixtures/kpack/read.ts';
import { buildFact } from '../facts/build.ts';
import { stepFact } from '../facts/steps.ts';
import { explainFailure } from './failure.ts';

/** A build that ended in `step` with these last words; null: before there was a pod. */
function told(step: string | null, words: string, exitCode = 1): string {
  const build = {
    ...buildFact(read('failures/branch', 'build')),
    message: step === null ? words : '',
    failedStep: null,
  };
  const steps = step === null ? [] : [stepFact(step, { terminated: { exitCode, reason: 'Error' } })];
  const lines = step === null ? [] : [{ number: 1, text: words }];
  const source = { url: 'https://git.example/app.git', revision: 'main', subPath: '' };
  const { headline } = explainFailure({
    build,
    pod: null,
    steps,
    lines,
    source,
    tag: '172.30.255.10:5000/apps/app',
    lastImage: '',
  });
  return translate('en', headline.key, headline.params);
}

describe('known words', () => {
  it.each([
    [null, 'secrets "regcred" not found', 'Secret regcred does not exist in namespace default'],
    [
      null,
      'build rejected: service "maven" uses forbidden secret "regcred"',
      'Service binding maven uses a secret that belongs to a service account',
    ],
    [
      null,
      'unable to fetch remote builder image: GET http://r/v2/b/manifests/x: MANIFEST_UNKNOWN: manifest unknown',
      'The builder image is no longer in the registry',
    ],
    [
      'prepare',
      'unable to fetch references for repository: repository not found: ',
      'There is no git repository at https://git.example/app.git',
    ],
    [
      'prepare',
      'unable to fetch references for repository: ssh: handshake failed: ssh: unable to authenticate',
      'The git server does not accept the ssh key of the service account',
    ],
    [
      'prepare',
      'Error verifying write access to "localhost:5000/apps/app": Get "http://localhost:5000/v2/": dial tcp [::1]:5000: connect: connection refused',
      '172.30.255.10:5000/apps/app is the build pod itself, so nothing answers there',
    ],
    [
      'prepare',
      'Error verifying write access to "registry:5000/apps/app": Get "https://registry:5000/v2/": http: server gave HTTP response to HTTPS client',
      'registry:5000 speaks plain HTTP, which is only allowed for private addresses and localhost',
    ],
    [
      'prepare',
      'Error verifying write access to "ghcr.io/me/app": POST https://ghcr.io/v2/me/app/blobs/uploads/: UNAUTHORIZED: authentication required',
      'The service account may not push to 172.30.255.10:5000/apps/app',
    ],
    [
      'prepare',
      'unable to fetch references for repository: Get "http://git.nowhere/": dial tcp: lookup git.nowhere on 10.96.0.10:53: no such host',
      'The cluster cannot find the host git.nowhere',
    ],
    [
      'prepare',
      'Get "http://10.0.0.9/x.git": dial tcp 10.0.0.9:80: connect: connection refused',
      'Nothing answers at 10.0.0.9:80',
    ],
    [
      'prepare',
      'Get "http://10.0.0.9/x.git": dial tcp 10.0.0.9:80: i/o timeout',
      '10.0.0.9:80 cannot be reached from the cluster',
    ],
    [
      'prepare',
      'Get "https://git.example/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'The certificate of git.example is not trusted by the build',
    ],
    [
      'export',
      'failed to write image: PATCH http://r/v2/a/blobs: unexpected EOF',
      'The registry broke off during step export',
    ],
    ['rebase', 'could not access previous image: r/a@sha256:1', 'The image to rebase is no longer in the registry'],
    [
      'analyze',
      'exec /cnb/lifecycle/analyzer: exec format error',
      'The image of step analyze is made for another processor',
    ],
    ['build', 'write /layers/x: no space left on device', 'There was no space left on the disk'],
  ])('%s: %s', (step, words, expected) => {
    expect(told(step, words)).toBe(expected);
  });

  it("leaves a buildpack's own network trouble to its log", () => {
    expect(told('build', 'ERROR: dial tcp 10.0.0.9:80: connect: connection refused while fetching the JRE', 51)).toBe(
      'dial tcp 10.0.0.9:80: connect: connection refused while fetching the JRE',
    );
  });

  it.each([
    ['export', 62, 'Writing the image to the registry failed'],
    ['completion', 1, 'The image was built, but signing it or recording it failed'],
    ['prepare', 1, 'Fetching the source failed'],
    ['build', 51, 'A buildpack failed'],
    ['restore', 3, 'Step restore failed with exit code 3'],
  ])('falls back to step %s and exit code %i', (step, code, expected) => {
    expect(told(step, 'nothing telling', code)).toBe(expected);
  });
});
