import { ORPCError } from '@orpc/client';
import { type Refusal, type Text } from '../../preload/contract/index.ts';
import { BundleError } from '../bundle/errors.ts';
import { DockerError } from '../docker/errors.ts';
import { KubernetesError } from '../kubernetes/errors.ts';
import { Refused, refusedByCluster } from '../kpack/refused.ts';
import { RegistryError } from '../registry/errors.ts';
import { SetupProblem } from '../setup/problem.ts';
import { AlreadyRunning } from '../setup/service.ts';

type Code = Refused['code'];

/** HTTP statuses of the contract's errors (preload/contract/errors.ts). */
const statuses: Readonly<Record<Code, number>> = {
  INVALID: 422,
  NOT_FOUND: 404,
  CONFLICT: 409,
  UNREACHABLE: 503,
  FORBIDDEN: 403,
  FAILED: 500,
};

/** An error of the contract. */
export function refuse(code: Code, cause: Text, more: Partial<Omit<Refusal, 'cause'>> = {}): ORPCError<Code, Refusal> {
  const data: Refusal = { cause, field: more.field ?? null, fixes: more.fixes ?? [], raw: more.raw ?? '' };
  return new ORPCError(code, { status: statuses[code], message: `${code}: ${cause.key}`, data });
}

/**
 * Whatever a room throws, as an error of the contract. What nobody foresaw becomes FAILED with its own
 * words in `raw`, and is told to `onUnexpected`, because it is a mistake of ours.
 */
export function contractError(error: unknown, onUnexpected: (error: unknown) => void): ORPCError<string, unknown> {
  if (error instanceof ORPCError) return error as ORPCError<string, unknown>;
  if (error instanceof KubernetesError) return contractError(refusedByCluster(error), onUnexpected);
  if (error instanceof Refused) return refuse(error.code, error.refusal.cause, error.refusal);
  if (error instanceof SetupProblem)
    return refuse('FAILED', error.headline, {
      fixes: [...error.fixes],
      raw: [error.message, ...error.evidence].join('\n'),
    });
  if (error instanceof AlreadyRunning) {
    const pid = error.holder?.pid;
    return refuse(
      'CONFLICT',
      pid === undefined
        ? { key: 'cli.backend_setup_running_here' }
        : { key: 'cli.backend_setup_running', params: { pid } },
    );
  }
  if (error instanceof DockerError) return dockerRefusal(error);
  if (error instanceof RegistryError) return registryRefusal(error);
  if (error instanceof BundleError)
    return refuse(
      'INVALID',
      { key: 'cli.backend_bundle', params: { subject: error.subject } },
      { field: 'source', raw: error.message },
    );
  onUnexpected(error);
  const message = error instanceof Error ? error.message : String(error);
  return refuse('FAILED', { key: 'cli.backend_unexpected', params: { message } }, { raw: message });
}

function dockerRefusal({ kind, message }: DockerError): ORPCError<Code, Refusal> {
  const raw = { raw: message };
  switch (kind) {
    case 'not-running':
      return refuse('UNREACHABLE', { key: 'cli.backend_engine_silent' }, raw);
    case 'permission':
      return refuse('FORBIDDEN', { key: 'cli.backend_engine_permission' }, raw);
    case 'not-found':
      return refuse('NOT_FOUND', { key: 'cli.backend_engine_gone' }, raw);
    case 'conflict':
      return refuse('CONFLICT', { key: 'cli.backend_engine_conflict' }, raw);
    case 'port-taken':
      return refuse('INVALID', { key: 'cli.backend_port_taken' }, { ...raw, field: 'port' });
    case 'address-unavailable':
      return refuse('INVALID', { key: 'cli.backend_address_unavailable' }, { ...raw, field: 'address' });
    case 'no-space':
      return refuse('FAILED', { key: 'cli.backend_no_space' }, raw);
    case 'other':
      return refuse('FAILED', { key: 'cli.backend_engine_refused' }, raw);
  }
}

function registryRefusal({ kind, message, host }: RegistryError): ORPCError<Code, Refusal> {
  const raw = { raw: message };
  const params = { host };
  switch (kind) {
    case 'unauthorized':
      return refuse('FORBIDDEN', { key: 'cli.backend_registry_account', params }, raw);
    case 'not-found':
      return refuse('NOT_FOUND', { key: 'cli.backend_registry_missing', params }, raw);
    case 'rate-limited':
      return refuse('UNREACHABLE', { key: 'cli.backend_registry_limit', params }, raw);
    case 'unreachable':
    case 'tls':
      return refuse('UNREACHABLE', { key: 'cli.backend_registry_silent', params }, raw);
    case 'checksum':
      return refuse('FAILED', { key: 'cli.backend_registry_checksum', params }, raw);
    case 'other':
      return refuse('FAILED', { key: 'cli.backend_registry_refused', params }, raw);
  }
}
