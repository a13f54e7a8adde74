import type { BuildChange } from '../../../preload/contract/builds.ts';
import type { BuildReason } from '../../../preload/contract/images.ts';
import { readReasons } from '../facts/build.ts';
import type { BuildpackVersion, EnvironmentVariable, SourceConfig } from '../types.ts';
import { say } from './verdicts.ts';

/** The Build's annotation, as kpack writes it: https://github.com/buildpacks-community/kpack/blob/v0.17.2/pkg/buildchange */
interface RawChange {
  reason: string;
  old?: unknown;
  new?: unknown;
}

interface Config {
  env?: EnvironmentVariable[];
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
  services?: { kind?: string; name: string }[];
  source?: SourceConfig;
}

/** Where the new version of a buildpack can be read. */
export interface NewVersions {
  /** What the Build itself used, once it is known. */
  readonly used: readonly BuildpackVersion[];
  /** What the builder offers now. */
  readonly offered: readonly BuildpackVersion[];
}

/**
 * Why kpack built, one entry per difference, with the value before and after. kpack never fills the
 * new side of BUILDPACK, so it is looked up in `versions`. What cannot be read is left out.
 */
export function explainChanges(annotation: string | undefined, versions: NewVersions): BuildChange[] {
  const changes = parse(annotation);
  const committed = changes.some((change) => change.reason === 'COMMIT');
  return changes.flatMap((change) => {
    const reason = readReasons(change.reason)[0];
    if (reason === undefined) return [];
    return explainOne(reason, change, versions, committed);
  });
}

function explainOne(reason: BuildReason, change: RawChange, versions: NewVersions, committed: boolean): BuildChange[] {
  switch (reason) {
    case 'COMMIT':
      return [{ reason, subject: say('explain.subject_commit'), old: word(change.old), new: word(change.new) }];
    case 'STACK':
      return [{ reason, subject: say('explain.subject_run_image'), old: word(change.old), new: word(change.new) }];
    case 'LIFECYCLE':
      return [{ reason, subject: say('explain.subject_lifecycle'), old: word(change.old), new: word(change.new) }];
    case 'TRIGGER':
      return [{ reason, subject: say('explain.subject_trigger'), old: '', new: triggerTime(word(change.new)) }];
    case 'BUILDPACK':
      return buildpackChanges(change, versions);
    case 'CONFIG':
      return configChanges(asConfig(change.old), asConfig(change.new), committed);
  }
}

function buildpackChanges(change: RawChange, versions: NewVersions): BuildChange[] {
  return buildpackList(change.old).map(({ id, version }) => {
    const next = versions.used.find((each) => each.id === id) ?? versions.offered.find((each) => each.id === id);
    const replaced = next && next.version !== version ? next.version : '';
    return {
      reason: 'BUILDPACK' as const,
      subject: say('explain.subject_buildpack', { id }),
      old: version,
      new: replaced,
    };
  });
}

function configChanges(before: Config, after: Config, committed: boolean): BuildChange[] {
  const reason = 'CONFIG' as const;
  const entries = (config: Config) =>
    new Map([
      ...sourceEntries(config.source, committed),
      ...envEntries(config.env),
      ...resourceEntries(config),
      ...serviceEntries(config),
    ]);
  const old = entries(before);
  const now = entries(after);
  const keys = [...new Set([...now.keys(), ...old.keys()])];
  return keys.flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    const entry = is ?? was;
    if (!entry || was?.value === is?.value) return [];
    return [{ reason, subject: entry.subject, old: was?.value ?? '', new: is?.value ?? '' }];
  });
}

type Entry = readonly [string, { subject: BuildChange['subject']; value: string }];

function sourceEntries(source: SourceConfig | undefined, committed: boolean): Entry[] {
  const address = source?.git?.url ?? source?.blob?.url ?? source?.registry?.image;
  const list: Entry[] = [];
  if (address !== undefined) list.push(['source', { subject: say('explain.subject_source'), value: address }]);
  // The commit is told by COMMIT; here it would be said twice.
  if (source?.git && !committed)
    list.push(['revision', { subject: say('explain.subject_source_revision'), value: source.git.revision }]);
  if (source?.subPath) list.push(['path', { subject: say('explain.subject_source_path'), value: source.subPath }]);
  return list;
}

function envEntries(env: EnvironmentVariable[] = []): Entry[] {
  return env.map((each) => [
    `env ${each.name}`,
    {
      subject: say('explain.subject_env', { name: each.name }),
      value: each.value ?? (each.valueFrom ? JSON.stringify(each.valueFrom) : ''),
    },
  ]);
}

function resourceEntries(config: Config): Entry[] {
  return (['limits', 'requests'] as const).flatMap((kind) =>
    Object.entries(config.resources?.[kind] ?? {}).map(([name, value]): Entry => [
      `${kind} ${name}`,
      { subject: say('explain.subject_resource', { kind, name }), value },
    ]),
  );
}

function serviceEntries(config: Config): Entry[] {
  return (config.services ?? []).map((each) => [
    `service ${each.name}`,
    { subject: say('explain.subject_service', { name: each.name }), value: each.kind ?? 'Secret' },
  ]);
}

/** `A new build was manually triggered on Fri, 20 Nov 2026 21:47:33 +0000` as an RFC 3339 time. */
function triggerTime(words: string): string {
  const time = Date.parse(words.replace(/^.* triggered on /, ''));
  return Number.isNaN(time) ? words : new Date(time).toISOString();
}

function parse(annotation: string | undefined): RawChange[] {
  if (annotation === undefined || annotation === '') return [];
  try {
    const value: unknown = JSON.parse(annotation);
    return Array.isArray(value) ? value.filter(isChange) : [];
  } catch {
    return [];
  }
}

function isChange(value: unknown): value is RawChange {
  return typeof value === 'object' && value !== null && 'reason' in value && typeof value.reason === 'string';
}

function buildpackList(value: unknown): BuildpackVersion[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (each: unknown): each is BuildpackVersion =>
      typeof each === 'object' &&
      each !== null &&
      'id' in each &&
      typeof each.id === 'string' &&
      'version' in each &&
      typeof each.version === 'string',
  );
}

/** The annotation is kpack's own; anything that is not its shape counts as empty. */
function asConfig(value: unknown): Config {
  return typeof value === 'object' && value !== null ? value : {};
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
