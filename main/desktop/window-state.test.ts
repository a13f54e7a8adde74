import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadState, place, saveState } from './window-state.ts';

const display = { x: 0, y: 0, width: 1920, height: 1080 };
const saved = { bounds: { x: 100, y: 50, width: 1400, height: 900 }, maximized: false };

test('the first window is centred', () => {
  expect(place(null, [display])).toEqual({ width: 1280, height: 800 });
});

test('a window opens where it was', () => {
  expect(place(saved, [display])).toEqual(saved.bounds);
});

test('a window on a display that is gone keeps its size and is centred', () => {
  expect(place({ ...saved, bounds: { ...saved.bounds, x: 2500 } }, [display])).toEqual({ width: 1400, height: 900 });
  expect(place({ ...saved, bounds: { ...saved.bounds, y: -300 } }, [display])).toEqual({ width: 1400, height: 900 });
});

test('a window never opens smaller than its screens need', () => {
  expect(place({ ...saved, bounds: { ...saved.bounds, width: 200, height: 10 } }, [display])).toMatchObject({
    width: 1024,
    height: 640,
  });
});

test('what was saved is loaded, a broken file is not', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'window-')), 'window.json');
  expect(loadState(file)).toBeNull();
  saveState(file, saved);
  expect(loadState(file)).toEqual(saved);
  writeFileSync(file, '{"bounds":{"x":"left"}}');
  expect(loadState(file)).toBeNull();
});
