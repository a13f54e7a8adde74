import type { Language } from '../../preload/messages/index.ts';

/** "6 min ago", "yesterday", "3 日前"; the absolute time belongs into a tooltip. */
export function age(at: number, now: number, language: Language): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'narrow' });
  if (seconds < 5) return words.format(0, 'second');
  if (seconds < 60) return words.format(-seconds, 'second');
  if (seconds < 3600) return words.format(-Math.round(seconds / 60), 'minute');
  if (seconds < 86_400) return words.format(-Math.round(seconds / 3600), 'hour');
  return words.format(-Math.round(seconds / 86_400), 'day');
}

/** Date and time to the second, in the reader's way of writing. */
export function moment(at: number, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}

/** Milliseconds as "0:14" or "1:02:07". */
export function duration(ms: number): string {
  const total = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const end = String(seconds).padStart(2, '0');
  return hours > 0 ? `${String(hours)}:${String(minutes).padStart(2, '0')}:${end}` : `${String(minutes)}:${end}`;
}

/** Twelve characters of a digest, from `sha256:…` or `repository@sha256:…`; empty for anything else. */
export function shortDigest(reference: string): string {
  return /sha256:([0-9a-f]{12})/.exec(reference)?.[1] ?? '';
}

/** Seven characters of a commit; branch names stay whole. */
export function shortCommit(commit: string): string {
  return /^[0-9a-f]{40}$/.test(commit) ? commit.slice(0, 7) : commit;
}
