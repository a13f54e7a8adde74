import type { Settings, Text } from '../../preload/contract/index.ts';
import { english, translate, type Language, type MessageKey, type Values } from '../../preload/messages/index.ts';

/** The language of the page: what the settings say, else what the browser prefers. */
class Speech {
  #language = $state<Language>(preferred());

  get language(): Language {
    return this.#language;
  }

  use(setting: Settings['language']): void {
    this.#language = setting === 'system' ? preferred() : setting;
    document.documentElement.lang = this.#language;
  }
}

const speech = new Speech();

/** The language now; reading it in a component makes the component follow it. */
export function language(): Language {
  return speech.language;
}

export function useLanguage(setting: Settings['language']): void {
  speech.use(setting);
}

/** A sentence in the page's language. */
export function t(key: MessageKey, values?: Values): string {
  return translate(speech.language, key, values);
}

/** What the backend wants to say. Values that are keys of messages themselves are put into words too. */
export function tText(text: Text): string {
  const values = Object.entries(text.params ?? {}).map(([name, value]): [string, string | number] => [
    name,
    isKey(value) ? t(value) : value,
  ]);
  return t(text.key, Object.fromEntries(values));
}

function isKey(value: string | number): value is MessageKey {
  return typeof value === 'string' && Object.hasOwn(english, value);
}

function preferred(): Language {
  return navigator.language.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}
