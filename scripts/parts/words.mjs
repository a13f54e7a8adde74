// The messages of `npm start`, before anything is built. Same files as everywhere.
import { readFileSync } from 'node:fs';
import { at } from './tree.mjs';

const { LC_ALL, LC_MESSAGES, LANG } = process.env;
const locale = [LC_ALL, LC_MESSAGES, LANG].find((value) => value) ?? '';
const language = locale.toLowerCase().startsWith('ja') ? 'ja' : 'en';
const words = JSON.parse(readFileSync(at('preload', 'messages', `cli.${language}.json`), 'utf8'));

/** The sentence of a key of the cli messages ("cli.start_installing"). */
export function say(key, values = {}) {
  return words[key.slice('cli.'.length)].replaceAll(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
