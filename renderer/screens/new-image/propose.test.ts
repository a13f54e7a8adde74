import { describe, expect, it } from 'vitest';
import { proposedName, revisionKind } from './propose.ts';

describe('proposedName', () => {
  it('makes a name from any kind of git URL', () => {
    expect(proposedName('https://github.com/making/Reward_Dining.git')).toBe('reward-dining');
    expect(proposedName('git@github.com:making/app')).toBe('app');
    expect(proposedName('http://172.30.20.20/予約.git/')).toBe('');
    expect(proposedName('')).toBe('');
  });
});

describe('revisionKind', () => {
  const references = { branches: [{ name: 'main' }], tags: [{ name: 'v1' }] };

  it('tells branches, tags and commits apart', () => {
    expect(revisionKind('main', references)).toBe('branch');
    expect(revisionKind('v1', references)).toBe('tag');
    expect(revisionKind('a'.repeat(40), references)).toBe('commit');
    expect(revisionKind('nope', null)).toBe('unknown');
  });
});
