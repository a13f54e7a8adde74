/** `npm run check`: the messages of preload/messages against each other and against the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkMessages, type MessageFile } from './check.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'preload/messages');

function words(domain: string, language: string): Record<string, string> {
  return JSON.parse(readFileSync(path.join(folder, `${domain}.${language}.json`), 'utf8')) as Record<string, string>;
}

function sourcesIn(name: string): string[] {
  return readdirSync(path.join(root, name), { withFileTypes: true, recursive: true })
    .filter(
      (entry) => entry.isFile() && /\.(ts|mjs|svelte)$/.test(entry.name) && !/\.test\.ts$|^fake-/.test(entry.name),
    )
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'));
}

const domains = readdirSync(folder).flatMap((name) =>
  name.endsWith('.en.json') ? [name.slice(0, -'.en.json'.length)] : [],
);
const files = domains.map((domain): MessageFile => ({
  domain,
  english: words(domain, 'en'),
  japanese: words(domain, 'ja'),
}));
const problems = checkMessages(files, ['main', 'preload', 'renderer', 'scripts'].flatMap(sourcesIn));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
