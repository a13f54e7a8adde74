import type { Fix, SetupOptions, Text, Verdict } from '../../preload/contract/index.ts';
import type { MessageKey } from '../../preload/messages/index.ts';
import { BundleError, type BundleErrorCode } from '../bundle/errors.ts';
import { DockerError, type DockerProblem } from '../docker/errors.ts';
import { KindError } from '../kind/create.ts';
import { NotReadyError } from '../kpack/install/resources.ts';
import { KubernetesError } from '../kubernetes/errors.ts';
import { RegistryError } from '../registry/errors.ts';
import { SetupProblem, fix } from './problem.ts';

interface Cause {
  readonly headline: Text;
  readonly fixes?: readonly Fix[];
  readonly evidence?: readonly string[];
}

const retry = fix('retry', { key: 'setup.fix_retry' }, { primary: true });
const chooseBundle = fix('choose-bundle', { key: 'setup.fix_choose_bundle' });

/** What a failed step comes to: the deepest cause that is known, where it happened, its proof, and the ways on. */
export function verdictOf(
  error: unknown,
  step: Text,
  output: readonly string[],
  options: SetupOptions | null,
): Verdict {
  const raw = error instanceof Error ? error.message : String(error);
  const cause = causeOf(error, options) ?? {
    headline: { key: 'setup.cause_other', params: { message: firstLine(raw) } },
  };
  const fixes = cause.fixes ?? [];
  return {
    headline: cause.headline,
    where: { key: 'setup.where_step', params: { step: step.key } },
    evidence: (cause.evidence ?? output.slice(-5)).slice(-6).map((text) => ({ line: null, text })),
    fixes: fixes.some(({ id }) => id === 'retry') ? [...fixes] : [...fixes, { ...retry, primary: fixes.length === 0 }],
    raw,
  };
}

function causeOf(error: unknown, options: SetupOptions | null): Cause | null {
  if (error instanceof SetupProblem) return error;
  if (error instanceof KindError) return ofKind(error, options);
  if (error instanceof DockerError) {
    const known = ofEngine(error.kind, error.message, options);
    return known === null ? null : { ...known, evidence: [error.message] };
  }
  if (error instanceof BundleError) return { ...ofBundle(error), evidence: [error.message] };
  if (error instanceof RegistryError) return { headline: ofRegistry(error), evidence: [error.message] };
  if (error instanceof NotReadyError)
    return { headline: { key: 'setup.cause_not_ready', params: { object: error.object } }, evidence: [error.message] };
  if (error instanceof KubernetesError) return { headline: ofKubernetes(error), evidence: [error.message] };
  return null;
}

/** Sentences of kind, kubeadm and the engine behind it, most telling first, and what they mean. */
const kindCauses: readonly (readonly [RegExp, MessageKey])[] = [
  [/too many open files|failed to create fsnotify watcher/i, 'setup.cause_inotify'],
  [/no space left on device/i, 'setup.cause_space'],
  [/non-overlapping IPv4 address pool|predefined address pools have been fully subnetted/i, 'setup.cause_network_pool'],
  [/could not find a log line that matches/i, 'setup.cause_node_boot'],
  [/failed to get kubernetes version from node|container .* is not running/i, 'setup.cause_node_died'],
  [/failed to init node with kubeadm/i, 'setup.cause_kubeadm'],
  [/failed to pull image/i, 'setup.cause_pull'],
];

function ofKind({ lines }: KindError, options: SetupOptions | null): Cause {
  const whole = lines.join('\n');
  const engine = ofEngine(problemIn(whole), whole, options);
  if (engine !== null)
    return { ...engine, evidence: matching(lines, /allocated|in use|cannot assign|permission denied|Cannot connect/i) };
  const found = kindCauses.find(([pattern]) => pattern.test(whole));
  if (found === undefined)
    return {
      headline: { key: 'setup.cause_other', params: { message: firstLine(whole.replace(/^[\s\S]*?ERROR: /, '')) } },
    };
  return { headline: { key: found[1] }, evidence: matching(lines, found[0]) };
}

function problemIn(text: string): DockerProblem {
  if (/port is already allocated|address already in use/i.test(text)) return 'port-taken';
  if (/cannot assign requested address/i.test(text)) return 'address-unavailable';
  if (/permission denied while trying to connect/i.test(text)) return 'permission';
  return /Cannot connect to the Docker daemon/i.test(text) ? 'not-running' : 'other';
}

function ofEngine(kind: DockerProblem, message: string, options: SetupOptions | null): Cause | null {
  switch (kind) {
    case 'port-taken': {
      const [, address = options?.address ?? '', port = String(options?.port ?? '')] =
        /(\d+\.\d+\.\d+\.\d+):(\d+)/.exec(message) ?? [];
      const next = String(Number(port) + 1);
      return {
        headline: { key: 'setup.cause_port', params: { address, port } },
        fixes: [
          fix(
            'use-port',
            { key: 'setup.fix_use_port', params: { port: next } },
            { primary: true, params: { port: next } },
          ),
        ],
      };
    }
    case 'address-unavailable':
      return { headline: { key: 'setup.cause_address', params: { address: options?.address ?? '' } } };
    case 'no-space':
      return { headline: { key: 'setup.cause_space' } };
    case 'permission':
      return { headline: { key: 'setup.cause_permission' } };
    case 'not-running':
      return {
        headline: { key: 'setup.cause_engine_gone' },
        fixes: [fix('check-again', { key: 'setup.fix_check_again' })],
      };
    case 'not-found':
    case 'conflict':
    case 'other':
      return null;
  }
}

const bundleCauses: Readonly<Record<BundleErrorCode, MessageKey>> = {
  missing: 'setup.cause_bundle_missing',
  unreadable: 'setup.cause_bundle_missing',
  'not-a-bundle': 'setup.cause_bundle_format',
  'wrong-format': 'setup.cause_bundle_format',
  compressed: 'setup.cause_bundle_compressed',
  newer: 'setup.cause_bundle_newer',
  'other-platform': 'setup.cause_bundle_platform',
  invalid: 'setup.cause_bundle_format',
  incomplete: 'setup.cause_bundle_incomplete',
  'unknown-image': 'setup.cause_bundle_incomplete',
  corrupt: 'setup.cause_checksum',
  'disk-full': 'setup.cause_disk_full',
};

function ofBundle({ code, subject }: BundleError): Cause {
  return {
    headline: { key: bundleCauses[code], params: { subject } },
    fixes: code === 'disk-full' ? [] : [chooseBundle],
  };
}

function ofRegistry(error: RegistryError): Text {
  switch (error.kind) {
    case 'rate-limited':
      return { key: 'setup.cause_rate_limit' };
    case 'checksum':
      return { key: 'setup.cause_checksum', params: { subject: firstLine(error.message) } };
    case 'tls':
      return { key: 'setup.cause_tls' };
    case 'unreachable':
    case 'unauthorized':
    case 'not-found':
    case 'other':
      return { key: 'setup.cause_pull' };
  }
}

function ofKubernetes(error: KubernetesError): Text {
  if (error.kind === 'unreachable') return { key: 'setup.cause_kubernetes_gone' };
  if (error.kind === 'webhook-unavailable') return { key: 'setup.cause_webhook' };
  return {
    key: 'setup.cause_kubernetes',
    params: { reason: error.reason === '' ? firstLine(error.message) : error.reason },
  };
}

function matching(lines: readonly string[], pattern: RegExp): string[] {
  const found = lines.filter((line) => pattern.test(line));
  return found.length > 0 ? found : lines.slice(-5);
}

function firstLine(text: string): string {
  return (text.split('\n').find((line) => line.trim() !== '') ?? text).trim().slice(0, 300);
}
