import { describe, expect, it } from 'vitest';
import { translate } from '../../../preload/messages/index.ts';
import { has, read, readLog } from '../../../test/fixtures/kpack/read.ts';
import { buildFact } from '../facts/build.ts';
import { imageFact } from '../facts/image.ts';
import { podFact } from '../facts/pod.ts';
import { stepsOfStatus } from '../facts/steps.ts';
import { explainFailure, type Failure } from './failure.ts';

function failureOf(folder: string, change: Partial<Failure> = {}): Failure {
  const object = read(folder, 'build');
  const build = buildFact(object);
  const pod = has(`${folder}/pod.yaml`) ? podFact(read(folder, 'pod')) : null;
  const image = imageFact(read(folder, 'image'));
  const lines = build.failedStep ? readLog(folder, build.failedStep.name) : [];
  return {
    build,
    pod,
    steps: pod?.steps ?? stepsOfStatus(object.status?.stepStates),
    lines,
    source: image.source,
    tag: image.tag,
    lastImage: '',
    ...change,
  };
}

function headline(failure: Failure): string {
  const text = explainFailure(failure).headline;
  return translate('en', text.key, text.params);
}

describe('the headline of a captured failed build', () => {
  it.each([
    ['branch', 'Revision nosuchbranch does not exist in http://172.30.20.20/fail-branch.git'],
    ['build', 'index.html:12: unexpected end of template'],
    ['detect', 'No buildpack of the builder fits this source'],
    ['detect-error', 'Buildpack lab/httpd@1.1.0 failed while looking at the source'],
    ['nosa', 'Service account doesnotexist does not exist in namespace default'],
    ['oom', 'Step build needed more memory than it may use'],
    ['private', 'http://172.30.20.20/private/secret.git asks for a password, and kpack has none for it'],
    ['push', 'The service account may not read the builder image'],
    ['timeout', 'Step build was still running at the build timeout of 25 s'],
  ])('%s', (name, expected) => {
    expect(headline(failureOf(`failures/${name}`))).toBe(expected);
  });

  it('of a cancelled build is not a timeout', () => {
    expect(headline(failureOf('cancelled'))).toBe('Cancelled in step build');
  });
});

it('a build that was cancelled before it had a node has not reached a step', () => {
  const build = { ...buildFact(read('unschedulable', 'build')), outcome: 'failed' as const };
  const pod = {
    ...podFact(read('unschedulable', 'pod')),
    reason: 'DeadlineExceeded',
    phase: 'Failed',
    deadlineSeconds: 1,
  };
  expect(headline(failureOf('unschedulable', { build, pod, steps: pod.steps }))).toBe('Cancelled before it started');
});

it('a repository that kpack no longer looks at is to be read again, not only built again', () => {
  const [fix] = explainFailure(failureOf('failures/branch', { stalled: true })).fixes;
  expect(fix).toMatchObject({ id: 'build-again', label: { key: 'explain.fix_look_again' }, primary: true });
});

describe('after the pod is gone', () => {
  it.each([
    ['failures/branch', 'Revision nosuchbranch does not exist in http://172.30.20.20/fail-branch.git'],
    ['failures/oom', 'Step build needed more memory than it may use'],
    ['failures/timeout', 'Step build was still running at the build timeout of 25 s'],
    ['cancelled', 'Cancelled in step build'],
  ])('%s is explained from the Build alone', (folder, expected) => {
    const steps = stepsOfStatus(read(folder, 'build').status?.stepStates);
    expect(headline(failureOf(folder, { pod: null, lines: [], steps }))).toBe(expected);
  });
});

describe('the rest of the verdict', () => {
  it('proves a failed buildpack with its own error lines and their numbers', () => {
    const failure = failureOf('failures/build');
    const { evidence } = explainFailure(failure);
    expect(evidence.map((line) => line.text.trim())).toEqual([
      '[ERROR] Failed to compile public/index.html: 1 error',
      '[ERROR] index.html:12: unexpected end of template',
    ]);
    for (const { line, text } of evidence)
      expect(failure.lines[(line ?? 0) - 1]?.text).toContain(text.trim().slice(-20));
  });

  it('shows what each buildpack said about the source', () => {
    expect(explainFailure(failureOf('failures/detect')).evidence.map((line) => line.text)).toEqual([
      'lab/httpd: no public/index.html in the application',
      'fail: lab/httpd@1.1.0',
      'fail: lab/site@1.0.0',
    ]);
  });

  it('names step, exit code and what was done before', () => {
    expect(explainFailure(failureOf('failures/build')).where).toEqual({
      key: 'explain.where_step',
      params: { step: 'build', code: 51, done: 4, count: 7 },
    });
  });

  it('says that the last good image stays', () => {
    expect(explainFailure(failureOf('failures/build', { lastImage: 'r/a@sha256:1' })).where?.key).toBe(
      'explain.where_step_kept',
    );
  });

  it('offers the command that makes a missing service account', () => {
    expect(explainFailure(failureOf('failures/nosa')).fixes[0]).toMatchObject({
      id: 'copy-command',
      params: { command: 'kubectl create serviceaccount doesnotexist -n default' },
    });
  });

  it('says that there is no log when there never was a pod, and quotes kpack', () => {
    const verdict = explainFailure(failureOf('failures/push'));
    expect(verdict.where?.key).toBe('explain.where_no_pod');
    expect(verdict.evidence[0]?.text).toContain('UNAUTHORIZED');
  });

  it('offers to build again first', () => {
    expect(explainFailure(failureOf('failures/build')).fixes[0]).toMatchObject({
      id: 'build-again',
      primary: true,
      params: { namespace: 'default', name: 'fail-build' },
    });
  });
});

describe('the truth of the pod comes before what programs print', () => {
  const base = failureOf('failures/build');
  const pod = base.pod;
  if (!pod) throw new Error('the capture has a pod');

  it('eviction', () => {
    const evicted = {
      ...pod,
      reason: 'Evicted',
      message: 'The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 900Mi.',
    };
    expect(headline({ ...base, pod: evicted })).toBe('The node ran short of ephemeral-storage and evicted the build');
  });

  it('a deleted pod', () => {
    expect(headline({ ...base, pod: { ...pod, deleting: true } })).toBe("The build's pod was deleted while it ran");
  });

  it('a killed child process, told by its status only', () => {
    const lines = [{ number: 9, text: '\u001b[31;1mERROR: \u001b[0mfailed to build: exit status 137' }];
    expect(headline({ ...base, lines })).toBe('Step build needed more memory than the machine or its limit gives');
  });
});
