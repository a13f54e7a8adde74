import type { Span } from './ansi.ts';

export interface MarkedSpan extends Span {
  readonly marked: boolean;
}

/** Cuts the runs of a line at the search matches, given as [from, to) over the whole text. */
export function markSpans(spans: readonly Span[], found: readonly (readonly [number, number])[]): MarkedSpan[] {
  if (found.length === 0) return spans.map((span) => ({ ...span, marked: false }));
  const result: MarkedSpan[] = [];
  let at = 0;
  for (const span of spans) {
    const end = at + span.text.length;
    let from = at;
    for (const [start, stop] of found) {
      if (stop <= from || start >= end) continue;
      if (start > from) result.push({ ...span, text: span.text.slice(from - at, start - at), marked: false });
      const matchEnd = Math.min(stop, end);
      result.push({ ...span, text: span.text.slice(Math.max(start, from) - at, matchEnd - at), marked: true });
      from = matchEnd;
    }
    if (from < end) result.push({ ...span, text: span.text.slice(from - at), marked: false });
    at = end;
  }
  return result;
}
