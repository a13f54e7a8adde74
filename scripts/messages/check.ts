/** The sentences of one file of preload/messages, in both languages. */
export interface MessageFile {
  domain: string;
  english: Record<string, string>;
  japanese: Record<string, string>;
}

/**
 * What is wrong with the messages: missing or surplus in Japanese, empty, other placeholders, used by
 * nobody. A key counts as used when its whole name is a string literal in a source
 * (`'images.title'`), or when a template literal begins with the first part of it
 * (`` `images.health_${state}` `` uses every `images.health_…`).
 */
export function checkMessages(files: readonly MessageFile[], sources: readonly string[]): string[] {
  const used = usedKeys(sources);
  return files.flatMap((file) => [...compare(file), ...findUnused(file, used)]);
}

function compare({ domain, english, japanese }: MessageFile): string[] {
  const problems: string[] = [];
  for (const [name, sentence] of Object.entries(english)) {
    const key = `${domain}.${name}`;
    const other = japanese[name];
    if (sentence.trim() === '') problems.push(`${key}: the English sentence is empty.`);
    if (other === undefined) {
      // Japanese has no plural: the form for one is English's own.
      if (!isFormForOne(name, english)) problems.push(`${key}: there is no Japanese sentence.`);
      continue;
    }
    if (other.trim() === '') problems.push(`${key}: the Japanese sentence is empty.`);
    const [ours, theirs] = [placeholders(sentence), placeholders(other)];
    if (ours !== theirs)
      problems.push(`${key}: the placeholders differ: English ${ours || 'none'}, Japanese ${theirs || 'none'}.`);
  }
  for (const name of Object.keys(japanese)) {
    if (!Object.hasOwn(english, name)) problems.push(`${domain}.${name}: there is no English sentence.`);
  }
  return problems;
}

function findUnused({ domain, english }: MessageFile, used: UsedKeys): string[] {
  return Object.keys(english)
    .filter((name) => !isFormForOne(name, english))
    .map((name) => `${domain}.${name}`)
    .filter((key) => !used.whole.has(key) && !used.beginnings.some((beginning) => key.startsWith(beginning)))
    .map((key) => `${key}: nobody uses it.`);
}

function isFormForOne(name: string, words: Record<string, string>): boolean {
  return name.endsWith('_one') && Object.hasOwn(words, name.slice(0, -'_one'.length));
}

function placeholders(sentence: string): string {
  return [...new Set([...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[0]))].sort().join(' ');
}

interface UsedKeys {
  whole: Set<string>;
  beginnings: string[];
}

function usedKeys(sources: readonly string[]): UsedKeys {
  const whole = new Set<string>();
  const beginnings = new Set<string>();
  for (const source of sources) {
    for (const [, key = ''] of source.matchAll(/['"`]([a-z]+\.[A-Za-z0-9_]+)['"`]/g)) whole.add(key);
    for (const [, beginning = ''] of source.matchAll(/`([a-z]+\.[A-Za-z0-9_]+)\$\{/g)) beginnings.add(beginning);
  }
  return { whole, beginnings: [...beginnings] };
}
