import { parseArgs } from 'node:util';
import { type Text } from '../../preload/contract/index.ts';

/** The command line cannot be understood; `text` says where. */
export class UsageError extends Error {
  readonly text: Text;

  constructor(text: Text) {
    super(text.key);
    this.text = text;
  }
}

export type OptionKinds = Readonly<Record<string, 'flag' | 'value' | 'values'>>;
type Value<Kind> = Kind extends 'flag' ? boolean : Kind extends 'value' ? string | undefined : string[];
export type Options<Kinds extends OptionKinds> = { [Name in keyof Kinds]: Value<Kinds[Name]> };

/** Options of every command. */
export const commonOptions = { json: 'flag', language: 'value', help: 'flag' } as const satisfies OptionKinds;

/**
 * Reads options of the given kinds; `values` may be repeated. Unlike `parseArgs` alone, says what is
 * wrong as a message that can be translated. Throws `UsageError`.
 */
export function readOptions<const Kinds extends OptionKinds>(
  args: string[],
  kinds: Kinds,
): { options: Options<Kinds>; words: string[] } {
  const config = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      { type: kind === 'flag' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { tokens } = parseArgs({ args, options: config, strict: false, allowPositionals: true, tokens: true });
  const read = new Map<string, boolean | string | string[]>();
  for (const [name, kind] of Object.entries(kinds)) {
    if (kind !== 'value') read.set(name, kind === 'flag' ? false : []);
  }
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const kind = Object.hasOwn(kinds, token.name) ? kinds[token.name] : undefined;
    if (kind === undefined) throw new UsageError({ key: 'cli.unknown_option', params: { option: token.rawName } });
    read.set(token.name, valueOf(token.rawName, kind, token.value, read.get(token.name)));
  }
  return { options: Object.fromEntries(read) as Options<Kinds>, words };
}

function valueOf(
  name: string,
  kind: 'flag' | 'value' | 'values',
  value: string | undefined,
  before: boolean | string | string[] | undefined,
): boolean | string | string[] {
  if (kind === 'flag') {
    if (value !== undefined) throw new UsageError({ key: 'cli.option_takes_no_value', params: { option: name } });
    return true;
  }
  // `--port --yes` forgot the port; a value that begins with a dash is written `--option=-value`.
  if (value === undefined || value === '')
    throw new UsageError({ key: 'cli.option_needs_value', params: { option: name } });
  return kind === 'values' ? [...(Array.isArray(before) ? before : []), value] : value;
}

/** A port number. Throws `UsageError`. */
export function readPort(option: string, value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port < 1 || port > 65_535) throw new UsageError({ key: 'cli.not_a_port', params: { option, value } });
  return port;
}

/** One of the given words. Throws `UsageError`. */
export function readChoice<const Choice extends string>(
  option: string,
  value: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((one) => one === value);
  if (choice === undefined)
    throw new UsageError({ key: 'cli.not_a_choice', params: { option, value, choices: choices.join(', ') } });
  return choice;
}
