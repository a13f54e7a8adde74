/** Colours of a terminal, or nothing where there are none. States are told by their mark as well. */
export interface Style {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  accent(text: string): string;
}

const plain = (text: string): string => text;

/** https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters */
export function style(colours: boolean): Style {
  if (!colours) return { strong: plain, faint: plain, good: plain, bad: plain, accent: plain };
  const sgr =
    (on: number, off: number) =>
    (text: string): string =>
      `\u001b[${on}m${text}\u001b[${off}m`;
  return { strong: sgr(1, 22), faint: sgr(2, 22), good: sgr(32, 39), bad: sgr(31, 39), accent: sgr(34, 39) };
}
