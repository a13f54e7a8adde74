import type { Fix } from '../../../preload/contract/text.ts';
import type { MessageKey } from '../../../preload/messages/index.ts';
import { shellWord } from '../shell.ts';
import { type Case, shortMessage } from './failure.ts';
import { buildAgain, copyCommand, openImage, say, type Values, type VerdictParts } from './verdicts.ts';

/** One known error. Named groups of the pattern become values of the sentence. */
interface Rule {
  readonly pattern: RegExp;
  readonly key: MessageKey;
  /** Only for failures of this step; null: only for builds that never had a pod. */
  readonly step?: string | null;
  readonly fixes?: (whole: Case, values: Values) => Fix[];
}

/**
 * The errors that people meet, the most special first. Sources: kpack v0.17.2 (cmd/build-init,
 * pkg/git, pkg/reconciler/build), go-git, go-containerregistry v0.20.6, containerd.
 */
const rules: readonly Rule[] = [
  // Before a pod exists: https://github.com/buildpacks-community/kpack/blob/v0.17.2/pkg/apis/build/v1alpha2/build_pod.go
  {
    step: null,
    pattern: /serviceaccounts? "(?<name>[^"]+)" not found/,
    key: 'explain.service_account_missing',
    fixes: (whole, values) => [
      copyCommand(
        `kubectl create serviceaccount ${shellWord(String(values['name']))} -n ${shellWord(whole.target.namespace)}`,
      ),
    ],
  },
  { step: null, pattern: /secrets? "(?<name>[^"]+)" not found/, key: 'explain.secret_missing' },
  { step: null, pattern: /invalid Secret reference/i, key: 'explain.secret_invalid' },
  { step: null, pattern: /service "(?<name>[^"]+)" uses forbidden secret/, key: 'explain.service_forbidden' },
  {
    step: null,
    pattern: /remote builder image[\s\S]*(?:UNAUTHORIZED|DENIED|FORBIDDEN|\b40[13]\b)/,
    key: 'explain.builder_pull_denied',
  },
  {
    step: null,
    pattern: /remote builder image[\s\S]*(?:MANIFEST_UNKNOWN|NAME_UNKNOWN|\b404\b)/,
    key: 'explain.builder_image_missing',
  },
  { step: null, pattern: /unsupported builder platform API/i, key: 'explain.builder_platform' },
  { step: null, pattern: /exceeded quota|forbidden: violates/i, key: 'explain.quota' },
  { step: null, pattern: /Pod "[^"]+" is invalid/, key: 'explain.pod_invalid' },

  // Git: https://github.com/buildpacks-community/kpack/blob/v0.17.2/pkg/git/fetch.go
  {
    step: 'prepare',
    pattern: /couldn't find remote ref "?(?<revision>[^"\s]+?)"?(?:[\s:]|$)/,
    key: 'explain.revision_missing',
  },
  { step: 'prepare', pattern: /reference not found|object not found/, key: 'explain.revision_missing' },
  { step: 'prepare', pattern: /repository not found/i, key: 'explain.repository_missing' },
  {
    step: 'prepare',
    pattern: /ssh: (?:handshake failed|unable to authenticate)|knownhosts/,
    key: 'explain.git_ssh_denied',
  },
  {
    step: 'prepare',
    pattern:
      /(?:fetch references for repository|credentials for repository|resolving source config)[\s\S]*(?:authentication required|authorization failed|invalid credentials)|invalid credentials for repository/,
    key: 'explain.git_private',
  },

  // Names that mean something else inside the build pod.
  { pattern: /dial tcp (?:\[::1\]|127\.0\.0\.1)(?::\d+)?: connect: connection refused/, key: 'explain.localhost' },
  {
    pattern: /https?:\/\/(?<host>[^/"\s]+)[^\n]*server gave HTTP response to HTTPS client/,
    key: 'explain.registry_http',
  },

  // Registry, as seen by kpack's own check of its access.
  {
    step: 'prepare',
    pattern: /verifying write access[\s\S]*(?:UNAUTHORIZED|DENIED|\b40[13]\b)/i,
    key: 'explain.push_denied',
  },
  {
    step: 'prepare',
    pattern: /verifying write access[\s\S]*(?:NAME_UNKNOWN|NAME_INVALID|\b404\b)/i,
    key: 'explain.push_missing',
  },
  {
    step: 'prepare',
    pattern: /verifying read access to run image[\s\S]*(?:UNAUTHORIZED|DENIED|MANIFEST_UNKNOWN|\b40[134]\b)/i,
    key: 'explain.run_image_denied',
  },
  { pattern: /TOOMANYREQUESTS|\b429 Too Many|toomanyrequests/, key: 'explain.rate_limit' },
  {
    step: 'rebase',
    pattern: /could not access previous image|MANIFEST_UNKNOWN|not found/i,
    key: 'explain.previous_image_missing',
  },

  // Network, wherever it happens outside the buildpacks.
  { pattern: /lookup (?<host>[\w.-]+)(?: on [^:]+:\d+)?: no such host/, key: 'explain.host_unknown' },
  { pattern: /dial tcp (?<address>[\w.:[\]-]+?): (?:connect: )?connection refused/, key: 'explain.connection_refused' },
  {
    pattern:
      /dial tcp (?<address>[\w.:[\]-]+?): (?:i\/o timeout|connect: (?:no route to host|network is unreachable|connection timed out))/,
    key: 'explain.unreachable',
  },
  { pattern: /https?:\/\/(?<host>[^/"\s]+)[^\n]*x509:/, key: 'explain.certificate' },
  { pattern: /x509:|certificate signed by unknown authority/, key: 'explain.certificate_unknown' },
  { pattern: /context deadline exceeded|Client\.Timeout exceeded/, key: 'explain.unreachable_unknown' },

  { step: 'prepare', pattern: /project descriptor path set but no file found/, key: 'explain.project_descriptor' },
  { step: 'prepare', pattern: /failed to get blob[\s\S]*\b404\b/, key: 'explain.blob_missing' },
  { step: 'prepare', pattern: /verifying write access/i, key: 'explain.push_unverified' },
  { pattern: /exec format error|exec [\w/.-]+: no such file or directory/, key: 'explain.architecture' },
  { pattern: /no space left on device/i, key: 'explain.disk_full' },
  { step: 'export', pattern: /UNAUTHORIZED|DENIED/, key: 'explain.push_denied' },
  {
    step: 'export',
    pattern: /ensure registry read\/write access|unexpected EOF|connection reset|EOF$/m,
    key: 'explain.registry_error',
  },
  {
    step: 'analyze',
    pattern: /ensure registry read\/write access|UNAUTHORIZED|DENIED/i,
    key: 'explain.registry_denied',
  },
];

/** What may have passed by itself when the build is tried again. */
const passing = new Set<MessageKey>([
  'explain.host_unknown',
  'explain.connection_refused',
  'explain.unreachable',
  'explain.unreachable_unknown',
  'explain.rate_limit',
  'explain.registry_error',
  'explain.disk_full',
  'explain.quota',
]);

/** In these steps the words are the buildpacks' own: their log explains them better than a table. */
const foreignSteps = new Set(['build', 'detect']);
const everywhere = new Set<MessageKey>(['explain.disk_full', 'explain.architecture']);

/** The verdict's parts for an error that is known by its words, else null. */
export function explainWords(whole: Case): VerdictParts | null {
  const step = whole.step?.name ?? null;
  for (const rule of rules) {
    if (rule.step !== undefined && rule.step !== step) continue;
    if (step !== null && foreignSteps.has(step) && !everywhere.has(rule.key)) continue;
    const match = rule.pattern.exec(whole.words);
    if (!match) continue;
    const values = valuesFor(whole, match);
    const special = rule.fixes?.(whole, values) ?? [];
    return {
      headline: say(rule.key, values),
      fixes: [...special, buildAgain(whole.target, passing.has(rule.key)), openImage(whole.target)],
      quotes: whole.lines.length === 0 ? [shortMessage(whole.build.message)] : [],
    };
  }
  return null;
}

function valuesFor(whole: Case, match: RegExpExecArray): Values {
  const { url, revision } = whole.source;
  const base: Values = {
    url,
    revision,
    tag: whole.tag,
    namespace: whole.target.namespace,
    step: whole.step?.name ?? '',
    address: whole.tag,
    host: '',
  };
  for (const [name, value] of Object.entries(match.groups ?? {})) base[name] = value;
  return base;
}
