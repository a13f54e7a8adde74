import { expect, test } from 'vitest';
import { KubernetesError } from '../kubernetes/errors.ts';
import { FaultLog } from './fault-log.ts';

const silent = (): KubernetesError =>
  new KubernetesError({
    kind: 'unreachable',
    status: 0,
    reason: 'ECONNREFUSED',
    message: 'https://10.0.0.1:6443: refused',
  });

test('the same fault is one line a minute', () => {
  const lines: string[] = [];
  let now = 0;
  const log = new FaultLog(
    (line) => lines.push(line),
    () => now,
  );
  log.take(silent());
  now = 30_000;
  log.take(silent());
  now = 61_000;
  log.take(silent());
  expect(lines).toEqual([
    '1970-01-01T00:00:00.000Z https://10.0.0.1:6443: refused',
    '1970-01-01T00:01:01.000Z https://10.0.0.1:6443: refused',
  ]);
});

test('a mistake of ours comes with its place', () => {
  const lines: string[] = [];
  new FaultLog((line) => lines.push(line)).take(new TypeError('x is undefined'));
  expect(lines[0]).toContain('TypeError: x is undefined');
  expect(lines[0]).toContain('fault-log.test.ts');
});
