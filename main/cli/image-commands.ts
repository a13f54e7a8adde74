import { type ImageDefaults, type ImageDraft, type ImageRow, type ObjectName } from '../../preload/contract/index.ts';
import { type CommandOf } from './command.ts';
import { type CommandContext } from './context.ts';
import { exit, type ExitCode } from './exit.ts';
import { followBuild } from './follow-build.ts';
import { wholeList } from './live.ts';
import { table } from './table.ts';

/** `kpack-desktop image list`. */
export async function listImages(
  command: CommandOf<'image list'>,
  { client, terminal, words, json, signal }: CommandContext,
): Promise<ExitCode> {
  const all = await wholeList(client.images.watch({}, { signal }), (row: ImageRow) => row.uid);
  const rows = all
    .filter((row) => command.namespace === null || row.namespace === command.namespace)
    .sort((a, b) => a.namespace.localeCompare(b.namespace) || a.name.localeCompare(b.name));
  if (json) for (const row of rows) terminal.json({ type: 'image', ...row });
  else if (rows.length === 0) terminal.line(words.say('cli.no_images'));
  else {
    const head = ['NAMESPACE', 'NAME', 'STATUS', 'REASON', 'COMMIT', 'IMAGE'];
    const cells = rows.map((row) => [
      row.namespace,
      row.name,
      row.health,
      row.reasons.join(','),
      row.commit.slice(0, 7),
      row.latestImage,
    ]);
    for (const line of table(head, cells, terminal.live ? terminal.columns : Infinity)) terminal.line(line);
  }
  return exit.done;
}

/** `kpack-desktop image create`: fills in what was left out, checks, creates, and follows the first build when asked. */
export async function createImage(command: CommandOf<'image create'>, context: CommandContext): Promise<ExitCode> {
  const { client, terminal, words, style, json, signal } = context;
  const draft = await fillIn(command.draft, context);
  const { errors, command: equal } = await client.images.check(draft, { signal });
  if (errors.length > 0) {
    for (const error of errors) terminal.problem(`${style.bad('✗')} ${error.field}: ${words.text(error.cause)}`);
    return exit.failed;
  }
  const image = await client.images.create(draft, { signal });
  if (json) terminal.json({ type: 'created', ...image });
  else
    for (const line of [
      words.say('cli.image_created', { image: `${image.namespace}/${image.name}` }),
      style.faint(equal),
    ])
      terminal.line(line);
  return command.follow ? followBuild({ image, number: null, times: false }, context) : exit.done;
}

/** `kpack-desktop image build`. */
export async function buildImage(command: CommandOf<'image build'>, context: CommandContext): Promise<ExitCode> {
  const { client, terminal, words, json, signal } = context;
  const known = await wholeList(client.builds.watch(command.image, { signal }), (row) => row.uid);
  const newest = Math.max(0, ...known.map((row) => row.number));
  await client.images.build(command.image, { signal });
  if (json) terminal.json({ type: 'triggered', ...command.image });
  else terminal.line(words.say('cli.image_triggered', { image: nameOf(command.image) }));
  return command.follow ? followBuild({ image: command.image, number: newest + 1, times: false }, context) : exit.done;
}

/** `kpack-desktop image delete`: says what goes and what stays, and asks. */
export async function deleteImage(command: CommandOf<'image delete'>, context: CommandContext): Promise<ExitCode> {
  const { client, terminal, words, json, signal } = context;
  const removal = await client.images.removal(command.image, { signal });
  if (!json) {
    terminal.line(words.say('cli.image_removal', { builds: removal.builds, logs: removal.logs }));
    for (const tag of removal.tags) terminal.line(`  ${tag}`);
  }
  if (!command.yes) {
    if (!terminal.canAsk) {
      terminal.problem(words.say('cli.needs_yes'));
      return exit.usage;
    }
    if (!(await terminal.confirm(words.say('cli.image_delete_question', { image: nameOf(command.image) }), signal))) {
      terminal.line(words.say('cli.nothing_changed'));
      return exit.cancelled;
    }
  }
  await client.images.remove(command.image, { signal });
  if (json) terminal.json({ type: 'deleted', ...command.image });
  else terminal.line(words.say('cli.image_deleted', { image: nameOf(command.image) }));
  return exit.done;
}

async function fillIn(
  given: CommandOf<'image create'>['draft'],
  { client, signal }: CommandContext,
): Promise<ImageDraft> {
  const defaults = await client.images.defaults({}, { signal });
  return {
    namespace: given.namespace ?? 'default',
    name: given.name,
    gitUrl: given.gitUrl,
    revision: given.revision ?? (await defaultRevision(given.gitUrl, client, signal)),
    subPath: given.subPath ?? '',
    builder: given.builder ?? firstBuilder(defaults),
    tag: given.tag ?? (defaults.tagPrefix === '' ? '' : `${defaults.tagPrefix}${given.name}`),
    env: given.env ?? [],
  };
}

/** The branch that the repository names as its default. */
async function defaultRevision(url: string, client: CommandContext['client'], signal: AbortSignal): Promise<string> {
  const { head, branches } = await client.images.references({ url }, { signal });
  return head !== '' ? head : (branches[0]?.name ?? 'main');
}

function firstBuilder(defaults: ImageDefaults): ImageDraft['builder'] {
  const builder = defaults.builders.find((one) => one.ready) ?? defaults.builders[0];
  return { kind: builder?.kind ?? 'ClusterBuilder', name: builder?.name ?? '' };
}

function nameOf({ namespace, name }: ObjectName): string {
  return `${namespace}/${name}`;
}
