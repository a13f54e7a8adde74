import { expect, test } from 'vitest';
import { checkMessages, type MessageFile } from './check.ts';

const file = (english: Record<string, string>, japanese: Record<string, string>): MessageFile => ({
  domain: 'images',
  english,
  japanese,
});

test('messages that are whole and used are fine', () => {
  const files = [
    file({ title: 'Images', rows: '{count} rows', rows_one: 'One row' }, { title: 'イメージ', rows: '{count} 行' }),
  ];
  expect(checkMessages(files, ["say('images.title'); say('images.rows', { count })"])).toEqual([]);
});

test('a key that one language lacks is named', () => {
  const files = [file({ title: 'Images', gone: 'Gone' }, { title: 'イメージ', extra: '余分' })];
  expect(checkMessages(files, ["'images.title' 'images.gone'"])).toEqual([
    'images.gone: there is no Japanese sentence.',
    'images.extra: there is no English sentence.',
  ]);
});

test('placeholders that differ are named, their order may differ', () => {
  const files = [file({ a: '{x} of {y}', b: '{x}' }, { a: '{y} の {x}', b: '{y}' })];
  expect(checkMessages(files, ["'images.a' 'images.b'"])).toEqual([
    'images.b: the placeholders differ: English {x}, Japanese {y}.',
  ]);
});

test('a key that nobody uses is named', () => {
  expect(checkMessages([file({ a: 'A', b: 'B' }, { a: 'あ', b: 'い' })], ["t('images.a')"])).toEqual([
    'images.b: nobody uses it.',
  ]);
});

test('the name of a key inside a longer word does not use it', () => {
  expect(checkMessages([file({ a: 'A' }, { a: 'あ' })], ["'images.ab' 'xximages.a'", '// images.a'])).toEqual([
    'images.a: nobody uses it.',
  ]);
});

test('the beginning of a template literal uses every key with that beginning', () => {
  const files = [
    file(
      { health_ready: 'Ready', health_failed: 'Failed', heal: 'Heal' },
      { health_ready: '準備完了', health_failed: '失敗', heal: '癒' },
    ),
  ];
  expect(checkMessages(files, ['t(`images.health_${row.health}`)'])).toEqual(['images.heal: nobody uses it.']);
});

test('an empty sentence is named', () => {
  expect(checkMessages([file({ a: ' ' }, { a: '' })], ["'images.a'"])).toEqual([
    'images.a: the English sentence is empty.',
    'images.a: the Japanese sentence is empty.',
  ]);
});

test('a key that ends in _one without its plural is a key like any other', () => {
  expect(checkMessages([file({ step_one: 'First' }, {})], ["'images.step_one'"])).toEqual([
    'images.step_one: there is no Japanese sentence.',
  ]);
});
