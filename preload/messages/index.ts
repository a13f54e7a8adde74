import buildsEn from './builds.en.json' with { type: 'json' };
import buildsJa from './builds.ja.json' with { type: 'json' };
import checksEn from './checks.en.json' with { type: 'json' };
import checksJa from './checks.ja.json' with { type: 'json' };
import cliEn from './cli.en.json' with { type: 'json' };
import cliJa from './cli.ja.json' with { type: 'json' };
import commonEn from './common.en.json' with { type: 'json' };
import commonJa from './common.ja.json' with { type: 'json' };
import explainEn from './explain.en.json' with { type: 'json' };
import explainJa from './explain.ja.json' with { type: 'json' };
import imagesEn from './images.en.json' with { type: 'json' };
import imagesJa from './images.ja.json' with { type: 'json' };
import setupEn from './setup.en.json' with { type: 'json' };
import setupJa from './setup.ja.json' with { type: 'json' };

/** All words, by language. A key is `<file>.<name in the file>`. */
export const english = flatten({
  builds: buildsEn,
  checks: checksEn,
  cli: cliEn,
  common: commonEn,
  explain: explainEn,
  images: imagesEn,
  setup: setupEn,
});

/** Japanese has no plural, so the `_one` forms are missing. */
export const japanese: Readonly<Record<Exclude<MessageKey, `${string}_one`>, string>> = flatten({
  builds: buildsJa,
  checks: checksJa,
  cli: cliJa,
  common: commonJa,
  explain: explainJa,
  images: imagesJa,
  setup: setupJa,
});

export type MessageKey = keyof typeof english;
export type Language = 'en' | 'ja';
export type Values = Readonly<Record<string, string | number>>;

/**
 * The sentence for `key` with `{name}` replaced by values. A key ending in `_one` is taken instead
 * when the value `count` is 1 and the language has it. An unknown key comes back as it is, so that
 * an older page still shows something.
 */
export function translate(language: Language, key: MessageKey, values: Values = {}): string {
  const words: Readonly<Record<string, string>> = language === 'ja' ? japanese : english;
  const single = values['count'] === 1 ? words[`${key}_one`] : undefined;
  const sentence = single ?? words[key] ?? key;
  return sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

type Flat<T extends Record<string, Record<string, string>>> = {
  readonly [File in keyof T & string as `${File}.${keyof T[File] & string}`]: string;
};

function flatten<T extends Record<string, Record<string, string>>>(files: T): Flat<T> {
  const flat: Record<string, string> = {};
  for (const [file, words] of Object.entries(files)) {
    for (const [name, sentence] of Object.entries(words)) flat[`${file}.${name}`] = sentence;
  }
  return flat as Flat<T>;
}
