import { expect, test } from 'vitest';
import { thisMachine } from './machine.ts';

test('systems and processors have the names that downloads use', () => {
  expect(thisMachine(2, 'linux', 'x64')).toEqual({ os: 'linux', arch: 'amd64', cgroup: 2 });
  expect(thisMachine(1, 'win32', 'arm64')).toEqual({ os: 'windows', arch: 'arm64', cgroup: 1 });
});

test('where nothing is published there is no machine', () => {
  expect([thisMachine(2, 'freebsd', 'x64'), thisMachine(2, 'linux', 'riscv64')]).toEqual([null, null]);
});
