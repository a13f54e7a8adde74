/** One step of the log as the view sees it. */
export interface Section {
  readonly step: string;
  readonly lines: number;
  readonly open: boolean;
}

/** Pixels: the row of a step, and one line of the log (look: 30 and 19). */
export const stepHeight = 30;
export const lineHeight = 19;

export type Row =
  | { readonly kind: 'step'; readonly step: string; readonly top: number }
  | { readonly kind: 'line'; readonly step: string; readonly index: number; readonly top: number };

/** Height of all sections in pixels. */
export function totalHeight(sections: readonly Section[]): number {
  return sections.reduce((sum, section) => sum + sectionHeight(section), 0);
}

/** Distance of a line from the top in pixels, or of its step's row when the step is folded or unknown. */
export function offsetOf(sections: readonly Section[], step: string, index: number | null): number {
  let top = 0;
  for (const section of sections) {
    if (section.step === step) return index === null || !section.open ? top : top + stepHeight + index * lineHeight;
    top += sectionHeight(section);
  }
  return top;
}

/**
 * The rows between two distances from the top. The row of the step that the first line belongs to
 * comes first even when it lies above, so that it can stick to the top of the view.
 */
export function rowsBetween(sections: readonly Section[], from: number, to: number): Row[] {
  const rows: Row[] = [];
  let top = 0;
  for (const section of sections) {
    const bottom = top + sectionHeight(section);
    if (bottom > from && top < to) {
      rows.push({ kind: 'step', step: section.step, top });
      if (section.open) {
        const linesTop = top + stepHeight;
        const first = Math.max(0, Math.floor((from - linesTop) / lineHeight));
        const end = Math.min(section.lines, Math.ceil((to - linesTop) / lineHeight));
        for (let index = first; index < end; index += 1) {
          rows.push({ kind: 'line', step: section.step, index, top: linesTop + index * lineHeight });
        }
      }
    }
    top = bottom;
  }
  return rows;
}

function sectionHeight(section: Section): number {
  return stepHeight + (section.open ? section.lines * lineHeight : 0);
}
