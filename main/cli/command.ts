import path from 'node:path';
import { type ImageDraft, type ObjectName, type SetupOptions } from '../../preload/contract/index.ts';
import { commonOptions, readChoice, readOptions, readPort, UsageError } from './options.ts';

interface Common {
  json: boolean;
  language: 'en' | 'ja' | null;
}

/** What a person asked for, checked. */
export type Command = Common &
  (
    | { name: 'help' }
    | { name: 'version' }
    | { name: 'status' }
    | { name: 'setup'; options: Partial<SetupOptions>; yes: boolean }
    | { name: 'serve'; port: number; browser: boolean }
    | { name: 'remove'; registryData: boolean; yes: boolean }
    | { name: 'image list'; namespace: string | null }
    | { name: 'image create'; draft: Partial<ImageDraft> & { name: string; gitUrl: string }; follow: boolean }
    | { name: 'image build'; image: ObjectName; follow: boolean }
    | { name: 'image delete'; image: ObjectName; yes: boolean }
    | { name: 'build list'; image: ObjectName }
    | { name: 'build logs'; image: ObjectName; build: number | null; follow: boolean; times: boolean }
    | { name: 'run'; image: ObjectName; port: number | null; env: { name: string; value: string }[] }
  );

/** A command of one name. */
export type CommandOf<Name extends Command['name']> = Extract<Command, { name: Name }>;

/** Understands a command line. Relative paths are taken from `folder`. Throws `UsageError`. */
export function readCommand(argv: string[], folder: string): Command {
  const first = argv.findIndex((word) => !word.startsWith('-'));
  const name = first === -1 ? '' : (argv[first] ?? '');
  const rest = argv.filter((_, index) => index !== first);
  if (argv.includes('--help') || argv.includes('-h') || name === 'help')
    return { name: 'help', ...common(languageOf(argv), false) };
  if (name === 'version' || argv.includes('--version'))
    return { name: 'version', ...common(languageOf(argv), argv.includes('--json')) };
  switch (name) {
    case '':
      throw new UsageError({ key: 'cli.no_command' });
    case 'setup':
      return readSetup(rest, folder);
    case 'serve':
      return readServe(rest);
    case 'status': {
      const { options, words } = readOptions(rest, commonOptions);
      expectWords(words, 0);
      return { name: 'status', ...common(options.language, options.json) };
    }
    case 'remove': {
      const { options, words } = readOptions(rest, { ...commonOptions, 'registry-data': 'flag', yes: 'flag' });
      expectWords(words, 0);
      return {
        name: 'remove',
        registryData: options['registry-data'],
        yes: options.yes,
        ...common(options.language, options.json),
      };
    }
    case 'image':
      return readImage(rest);
    case 'build':
      return readBuild(rest);
    case 'run':
      return readRun(rest);
    default:
      throw new UsageError({ key: 'cli.unknown_command', params: { command: name } });
  }
}

function readSetup(args: string[], folder: string): Command {
  const { options, words } = readOptions(args, {
    ...commonOptions,
    bundle: 'value',
    address: 'value',
    port: 'value',
    'install-engine': 'value',
    'replace-cluster': 'flag',
    yes: 'flag',
  });
  expectWords(words, 0);
  const chosen: Partial<SetupOptions> = {};
  if (options.bundle !== undefined) chosen.source = { kind: 'bundle', path: path.resolve(folder, options.bundle) };
  if (options.address !== undefined) chosen.address = options.address;
  if (options.port !== undefined) chosen.port = readPort('--port', options.port);
  if (options['install-engine'] !== undefined)
    chosen.installEngine = readChoice('--install-engine', options['install-engine'], ['docker', 'distribution']);
  if (options['replace-cluster']) chosen.replaceCluster = true;
  return { name: 'setup', options: chosen, yes: options.yes, ...common(options.language, options.json) };
}

function readServe(args: string[]): Command {
  const { options, words } = readOptions(args, { ...commonOptions, port: 'value', 'no-browser': 'flag' });
  expectWords(words, 0);
  const port = options.port === undefined ? 0 : readPort('--port', options.port);
  return {
    name: 'serve',
    port,
    browser: !options['no-browser'] && !options.json,
    ...common(options.language, options.json),
  };
}

function readImage(args: string[]): Command {
  const kinds = {
    ...commonOptions,
    namespace: 'value',
    git: 'value',
    revision: 'value',
    'sub-path': 'value',
    builder: 'value',
    tag: 'value',
    env: 'values',
    follow: 'flag',
    yes: 'flag',
  } as const;
  const { options, words } = readOptions(args, kinds);
  const [verb = '', name = ''] = words;
  const all = common(options.language, options.json);
  if (verb === 'list') {
    expectWords(words, 1);
    return { name: 'image list', namespace: options.namespace ?? null, ...all };
  }
  if (verb !== 'create' && verb !== 'build' && verb !== 'delete')
    throw new UsageError({ key: 'cli.unknown_command', params: { command: `image ${verb}`.trim() } });
  expectWords(words, 2);
  const image = { namespace: options.namespace ?? 'default', name };
  if (verb === 'build') return { name: 'image build', image, follow: options.follow, ...all };
  if (verb === 'delete') return { name: 'image delete', image, yes: options.yes, ...all };
  if (options.git === undefined) throw new UsageError({ key: 'cli.option_missing', params: { option: '--git' } });
  const draft: CommandOf<'image create'>['draft'] = { ...image, gitUrl: options.git, env: readEnv(options.env) };
  if (options.revision !== undefined) draft.revision = options.revision;
  if (options['sub-path'] !== undefined) draft.subPath = options['sub-path'];
  if (options.builder !== undefined) draft.builder = { kind: 'ClusterBuilder', name: options.builder };
  if (options.tag !== undefined) draft.tag = options.tag;
  return { name: 'image create', draft, follow: options.follow, ...all };
}

function readBuild(args: string[]): Command {
  const { options, words } = readOptions(args.map(shortFollow), {
    ...commonOptions,
    namespace: 'value',
    build: 'value',
    follow: 'flag',
    times: 'flag',
  });
  const [verb = '', name = ''] = words;
  const all = common(options.language, options.json);
  if (verb !== 'list' && verb !== 'logs')
    throw new UsageError({ key: 'cli.unknown_command', params: { command: `build ${verb}`.trim() } });
  expectWords(words, 2);
  const image = { namespace: options.namespace ?? 'default', name };
  if (verb === 'list') return { name: 'build list', image, ...all };
  const number = options.build === undefined ? null : Number(options.build);
  if (number !== null && !(Number.isInteger(number) && number > 0)) {
    throw new UsageError({ key: 'cli.not_a_number', params: { option: '--build', value: options.build ?? '' } });
  }
  return { name: 'build logs', image, build: number, follow: options.follow, times: options.times, ...all };
}

function readRun(args: string[]): Command {
  const { options, words } = readOptions(args, { ...commonOptions, namespace: 'value', port: 'value', env: 'values' });
  expectWords(words, 1);
  const port = options.port === undefined ? null : readPort('--port', options.port);
  const image = { namespace: options.namespace ?? 'default', name: words[0] ?? '' };
  return { name: 'run', image, port, env: readEnv(options.env), ...common(options.language, options.json) };
}

function shortFollow(word: string): string {
  return word === '-f' ? '--follow' : word;
}

function readEnv(pairs: string[]): { name: string; value: string }[] {
  return pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError({ key: 'cli.not_a_variable', params: { value: pair } });
    return { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
}

function common(language: string | undefined, json: boolean): Common {
  return { json, language: language === undefined ? null : readChoice('--language', language, ['en', 'ja']) };
}

/** The language of a request for help, however broken the rest of the line is. */
function languageOf(argv: string[]): string | undefined {
  const at = argv.indexOf('--language');
  return at === -1 ? undefined : (argv[at + 1] ?? '');
}

function expectWords(words: string[], count: number): void {
  const surplus = words[count];
  if (surplus !== undefined) throw new UsageError({ key: 'cli.unexpected_word', params: { word: surplus } });
  if (words.length < count) throw new UsageError({ key: 'cli.name_missing' });
}
