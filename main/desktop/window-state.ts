import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const bounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
});
const state = z.object({ bounds, maximized: z.boolean() });
export type Bounds = z.infer<typeof bounds>;
export type WindowState = z.infer<typeof state>;

/** The smallest window whose tables still read well. */
export const minimum = { width: 1024, height: 640 };
const first = { width: 1280, height: 800 };

/** Where the window was when it was closed; null at the first start and for a broken file. */
export function loadState(file: string): WindowState | null {
  try {
    return state.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Written whole or not at all. A window size is not worth a message when the disk is full. */
export function saveState(file: string, value: WindowState): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(value));
    renameSync(`${file}.new`, file);
  } catch {
    return;
  }
}

/**
 * Where to open the window: as it was, when at least a handle's width of it would lie on a display that
 * is there today (a second one may have been unplugged); else centred (no `x` and `y`).
 */
export function place(
  saved: WindowState | null,
  displays: readonly Bounds[],
): Partial<Bounds> & { width: number; height: number } {
  if (saved === null) return first;
  const { x, y, width, height } = saved.bounds;
  const size = { width: Math.max(width, minimum.width), height: Math.max(height, minimum.height) };
  const visible = displays.some(
    (display) =>
      Math.min(x + width, display.x + display.width) - Math.max(x, display.x) >= 120 &&
      y >= display.y &&
      y < display.y + display.height - 40,
  );
  return visible ? { x, y, ...size } : size;
}
