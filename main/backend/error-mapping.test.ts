import { ORPCError } from '@orpc/client';
import { expect, test, vi } from 'vitest';
import { BundleError } from '../bundle/errors.ts';
import { DockerError } from '../docker/errors.ts';
import { KubernetesError } from '../kubernetes/errors.ts';
import { Refused } from '../kpack/refused.ts';
import { RegistryError } from '../registry/errors.ts';
import { contractError, refuse } from './error-mapping.ts';

const never = (): void => {
  throw new Error('not unexpected');
};

test.each([
  [new KubernetesError({ kind: 'unreachable', status: 0, reason: 'ECONNREFUSED', message: 'x' }), 'UNREACHABLE'],
  [new KubernetesError({ kind: 'forbidden', status: 403, reason: 'Forbidden', message: 'x' }), 'FORBIDDEN'],
  [new KubernetesError({ kind: 'not-found', status: 404, reason: 'NotFound', message: 'x' }), 'NOT_FOUND'],
  [new DockerError('not-running', 'x'), 'UNREACHABLE'],
  [new DockerError('permission', 'x'), 'FORBIDDEN'],
  [new RegistryError('tls', 'x', { url: 'https://registry.example/v2/' }), 'UNREACHABLE'],
  [new RegistryError('checksum', 'x'), 'FAILED'],
])('%s becomes %s', (error, code) => {
  const mapped = contractError(error, never);
  expect(mapped.code).toBe(code);
  expect(mapped.data).toMatchObject({ raw: 'x' });
});

test('a taken port and a bad bundle name the field that is to be changed', () => {
  expect(contractError(new DockerError('port-taken', 'x'), never)).toMatchObject({
    code: 'INVALID',
    data: { field: 'port' },
  });
  const bundle = contractError(new BundleError('missing', '/media/bundle', 'x'), never);
  expect(bundle).toMatchObject({
    code: 'INVALID',
    data: { field: 'source', cause: { params: { subject: '/media/bundle' } } },
  });
});

test('a refusal of a service keeps its field and its ways on', () => {
  const refused = new Refused('CONFLICT', { key: 'common.app' }, { field: 'name', raw: 'taken' });
  expect(contractError(refused, never)).toMatchObject({
    code: 'CONFLICT',
    status: 409,
    data: { cause: { key: 'common.app' }, field: 'name', raw: 'taken' },
  });
});

test('an error of the contract stays what it is', () => {
  const error = refuse('NOT_FOUND', { key: 'common.app' });
  expect(contractError(error, never)).toBe(error);
});

test('what nobody foresaw is told, and keeps its words', () => {
  const told = vi.fn();
  const error = new TypeError('x is undefined');
  const mapped = contractError(error, told);
  expect(mapped).toBeInstanceOf(ORPCError);
  expect(mapped).toMatchObject({ code: 'FAILED', data: { raw: 'x is undefined' } });
  expect(told).toHaveBeenCalledWith(error);
});
