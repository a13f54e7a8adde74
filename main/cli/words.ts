import { type Text } from '../../preload/contract/index.ts';
import { type Language, type MessageKey, translate, type Values } from '../../preload/messages/index.ts';

/** Says sentences in the language of the person at the terminal. */
export class Words {
  readonly language: Language;
  /** How this program is called here, for commands that are proposed: `kpack-desktop`, or `npm start --` in a source tree. */
  readonly program: string;

  constructor(language: Language, program = 'kpack-desktop') {
    this.language = language;
    this.program = program;
  }

  /** A sentence of our own; `{program}` is known. */
  say(key: MessageKey, values?: Values): string {
    return translate(this.language, key, { program: this.program, ...values });
  }

  /** A sentence of the backend. */
  text(text: Text): string {
    return translate(this.language, text.key, text.params);
  }

  /** `0:14`, `12:05` or `1:02:03`. */
  duration(milliseconds: number): string {
    const seconds = Math.max(0, Math.round(milliseconds / 1000));
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const tail = String(rest).padStart(2, '0');
    return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
  }

  /** Sizes in MB of 10^6 bytes, GB from 1,000 MB on. */
  size(bytes: number): string {
    const megabytes = bytes / 1e6;
    return megabytes >= 1000
      ? `${(megabytes / 1000).toFixed(1)} GB`
      : `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB`;
  }
}

/**
 * The language of the terminal, from the variables that name it, strongest first. Like gettext:
 * https://www.gnu.org/software/gettext/manual/html_node/Locale-Environment-Variables.html
 */
export function languageOf(env: NodeJS.ProcessEnv): Language {
  const locale =
    [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '') ?? '';
  return locale.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}
