import { translate } from '../../preload/messages/index.ts';
import { type Refusal } from './guard.ts';

/** What a person reads who opened the page without a right to it. */
export function refusalWords(refusal: Refusal, acceptLanguage = ''): string {
  const language = acceptLanguage.trim().toLowerCase().startsWith('ja') ? 'ja' : 'en';
  switch (refusal.reason) {
    case 'session':
      return translate(language, 'cli.page_session');
    case 'link':
      return translate(language, 'cli.page_link');
    case 'missing':
      return translate(language, 'cli.page_missing');
    case 'host':
    case 'origin':
    case 'method':
    case 'body':
    case 'busy':
      return translate(language, 'cli.page_refused');
  }
}
