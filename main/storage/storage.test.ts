import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import { Durations } from './durations.ts';
import { writeAtomic } from './files.ts';
import { ProcessLock } from './lock.ts';
import { dataFolder, Paths } from './paths.ts';
import { SettingsStore } from './settings.ts';

const folder = () => mkdtempSync(path.join(tmpdir(), 'storage-'));

describe('dataFolder', () => {
  it('follows KPACK_DESKTOP_HOME, then the XDG specification', () => {
    expect(dataFolder({ KPACK_DESKTOP_HOME: '/x' })).toBe('/x');
    expect(dataFolder({ XDG_DATA_HOME: '/data' }, 'linux')).toBe('/data/kpack-desktop');
  });

  it('is readable by its owner only', () => {
    const paths = new Paths(path.join(folder(), 'home'));
    paths.ensure();
    expect(statSync(paths.root).mode & 0o777).toBe(0o700);
  });
});

describe('writeAtomic', () => {
  it('replaces a file and sets its mode', async () => {
    const file = path.join(folder(), 'a/b');
    await writeAtomic(file, 'one', 0o644);
    await writeAtomic(file, 'two', 0o600);
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('ProcessLock', () => {
  it('is held by one and free after release', () => {
    const file = path.join(folder(), 'setup.lock');
    const first = ProcessLock.acquire(file, 'first');
    expect(first).toBeInstanceOf(ProcessLock);
    expect(ProcessLock.acquire(file)).toMatchObject({ pid: process.pid, note: 'first' });
    if (first instanceof ProcessLock) first.release();
    expect(ProcessLock.holder(file)).toBeNull();
    expect(ProcessLock.acquire(file)).toBeInstanceOf(ProcessLock);
  });

  it('takes over from a process that is gone, also when its pid is in use again', () => {
    const file = path.join(folder(), 'setup.lock');
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: '1', since: 0, note: 'an earlier process' }));
    expect(ProcessLock.acquire(file)).toBeInstanceOf(ProcessLock);
    writeFileSync(file, 'torn');
    expect(ProcessLock.acquire(file)).toBeInstanceOf(ProcessLock);
  });
});

describe('SettingsStore', () => {
  it('keeps what was saved and puts a broken file aside', async () => {
    const file = path.join(folder(), 'settings.json');
    const store = new SettingsStore(file);
    expect(await store.load()).toEqual({ language: 'system', theme: 'system' });
    await store.save({ language: 'ja', theme: 'dark' });
    expect(await store.load()).toEqual({ language: 'ja', theme: 'dark' });
    writeFileSync(file, '{"settings": {"language": "tlh"}}');
    expect(await store.load()).toEqual({ language: 'system', theme: 'system' });
    expect(readFileSync(`${file}.broken`, 'utf8')).toContain('tlh');
  });
});

describe('Durations', () => {
  it('expects the median of the last five times', () => {
    const database = openDatabase(':memory:');
    const durations = new Durations(database);
    expect(durations.expected('setup', 'bundle', 'cluster')).toBeNull();
    for (const ms of [9000, 1000, 3000]) durations.add('setup', 'bundle', 'cluster', ms);
    expect(durations.expected('setup', 'bundle', 'cluster')).toBe(3000);
    database.close();
  });
});
