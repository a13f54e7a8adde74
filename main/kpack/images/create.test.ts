import { describe, expect, it } from 'vitest';
import type { ImageDraft } from '../../../preload/contract/images.ts';
import { errorFromAnswer } from '../../kubernetes/errors.ts';
import { Refused } from '../refused.ts';
import { refusedDraft } from './create.ts';

const draft: ImageDraft = {
  namespace: 'default',
  name: 'web',
  gitUrl: 'https://git.example/x.git',
  revision: 'main',
  subPath: '',
  builder: { kind: 'ClusterBuilder', name: 'default' },
  tag: 'r/web',
  env: [],
};

function refused(status: number, message: string, details: object = { name: 'web' }): unknown[] {
  const error = refusedDraft(
    errorFromAnswer(
      status,
      JSON.stringify({ kind: 'Status', message, reason: status === 409 ? 'AlreadyExists' : 'BadRequest', details }),
    ),
    draft,
  );
  if (!(error instanceof Refused)) throw new Error('expected a refusal');
  return [error.code, error.refusal.field, error.refusal.cause.key.replace(/^\w+\.backend_/, '')];
}

const webhook = 'admission webhook "validation.webhook.kpack.io" denied the request: validation failed: ';

describe('what the server says about a draft', () => {
  it.each([
    [400, `${webhook}missing field(s): spec.source.git.url`, ['INVALID', 'gitUrl', 'denied']],
    [400, `${webhook}missing field(s): spec.source.git.revision`, ['INVALID', 'revision', 'denied']],
    [400, `${webhook}invalid value: x y: spec.tag`, ['INVALID', 'tag', 'denied']],
    [
      400,
      `${webhook}secretKeyRef is not supported for build environment variables: spec.build.env[0].valueFrom.secretKeyRef`,
      ['INVALID', 'env', 'denied'],
    ],
    [
      400,
      `${webhook}invalid image name: x_y, name must be a valid label: metadata.name`,
      ['INVALID', 'name', 'denied'],
    ],
    [400, `${webhook}something new`, ['INVALID', null, 'denied']],
    [409, 'images.kpack.io "web" already exists', ['CONFLICT', 'name', 'name_taken']],
    [
      500,
      'Internal error occurred: failed calling webhook "defaults.webhook.kpack.io": connection refused',
      ['UNREACHABLE', null, 'webhook_unavailable'],
    ],
    [403, 'images.kpack.io is forbidden: User "x" cannot create resource', ['FORBIDDEN', null, 'not_allowed']],
  ])('%i %s', (status, message, expected) => {
    expect(refused(status, message)).toEqual(expected);
  });

  it('a namespace that is not there', () => {
    expect(refused(404, 'namespaces "x" not found', { name: 'x', kind: 'namespaces' })).toEqual([
      'INVALID',
      'namespace',
      'namespace_unknown',
    ]);
  });
});
