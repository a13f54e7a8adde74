import { textStart } from './entry.ts';
import { withoutEscapes } from './escapes.ts';

/** Entries as text for people. `times`: each line begins with its time. */
export function asText(region: Buffer, options: { times: boolean; colours: boolean }): string {
  const text = (options.times ? region : withoutTimes(region)).toString('utf8');
  return options.colours ? text : withoutEscapes(text);
}

function withoutTimes(region: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(region.length);
  let length = 0;
  for (let start = 0; start < region.length;) {
    const end = region.indexOf(10, start) + 1;
    length += region.copy(bytes, length, Math.max(textStart(region, start, end - 1), start), end);
    start = end;
  }
  return bytes.subarray(0, length);
}
