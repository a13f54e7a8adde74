import type { Fix, Text, Verdict } from '../../../preload/contract/text.ts';
import type { MessageKey } from '../../../preload/messages/index.ts';
import { stripAnsi } from '../explain/log-lines.ts';

/** A verdict on a container, with the last lines of its log. */
export function runVerdict(
  key: MessageKey,
  params: Record<string, string | number>,
  more: { log?: readonly string[]; raw?: string; fixes?: Fix[] } = {},
): Verdict {
  const last = (more.log ?? [])
    .map(stripAnsi)
    .filter((line) => line.trim() !== '')
    .slice(-4);
  return {
    headline: { key, params },
    where: last.length === 0 ? null : text('builds.backend_run_last_lines'),
    evidence: last.map((line) => ({ line: null, text: line })),
    fixes: more.fixes ?? [],
    raw: more.raw ?? '',
  };
}

/** Offers a port that is free. */
export function usePort(port: number): Fix {
  return {
    id: 'use-port',
    label: { key: 'builds.backend_run_use_port', params: { port } },
    primary: true,
    params: { port: String(port) },
  };
}

function text(key: MessageKey): Text {
  return { key };
}
