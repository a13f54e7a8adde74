import { expect, test } from 'vitest';
import { fixedAddress } from './server.ts';

test('the fixed address lies where nothing else is handed out', () => {
  expect(fixedAddress('172.30.0.0/16', [])).toBe('172.30.20.20');
  expect(fixedAddress('172.30.0.0/16', ['172.30.20.20', '172.30.20.21'])).toBe('172.30.20.22');
});

test('a small network gets one near its end', () => {
  expect(fixedAddress('10.1.2.0/24', [])).toBe('10.1.2.244');
});
