import { expect, test } from 'vitest';
import { readCommand } from './command.ts';
import { UsageError } from './options.ts';

const read = (line: string): unknown => readCommand(line.split(' ').filter(Boolean), '/home/ann');

function refusal(line: string): unknown {
  try {
    return read(line);
  } catch (error) {
    return error instanceof UsageError ? error.text : error;
  }
}

test('setup without options leaves everything to the plan', () => {
  expect(read('setup')).toEqual({ name: 'setup', options: {}, yes: false, json: false, language: null });
});

test('setup takes a bundle relative to the folder it was typed in', () => {
  expect(read('setup --bundle ./offline.tar')).toMatchObject({
    options: { source: { kind: 'bundle', path: '/home/ann/offline.tar' } },
  });
  expect(read('setup --bundle=/media/usb/bundle')).toMatchObject({
    options: { source: { kind: 'bundle', path: '/media/usb/bundle' } },
  });
});

test('setup takes every option', () => {
  expect(
    read(
      'setup --address 192.168.1.7 --port 6444 --install-engine docker --replace-cluster --yes --json --language ja',
    ),
  ).toEqual({
    name: 'setup',
    options: { address: '192.168.1.7', port: 6444, installEngine: 'docker', replaceCluster: true },
    yes: true,
    json: true,
    language: 'ja',
  });
});

test('serve takes a free port unless told', () => {
  expect(read('serve')).toMatchObject({ name: 'serve', port: 0, browser: true });
  expect(read('serve --port 7575 --no-browser')).toMatchObject({ port: 7575, browser: false });
});

test('remove keeps the registry data unless told', () => {
  expect(read('remove')).toMatchObject({ name: 'remove', registryData: false, yes: false });
  expect(read('remove --registry-data --yes')).toMatchObject({ registryData: true, yes: true });
});

test('an image is made with a git URL and repeated variables', () => {
  expect(read('image create shop --git https://git.example/shop.git --env A=1 --env B=x=y --follow')).toMatchObject({
    name: 'image create',
    draft: {
      namespace: 'default',
      name: 'shop',
      gitUrl: 'https://git.example/shop.git',
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: 'x=y' },
      ],
    },
    follow: true,
  });
});

test('a log is followed with -f', () => {
  expect(read('build logs shop -f --build 3')).toMatchObject({
    name: 'build logs',
    image: { namespace: 'default', name: 'shop' },
    build: 3,
    follow: true,
  });
});

test('help is given however broken the line is', () => {
  expect(read('setup --port nonsense --help')).toMatchObject({ name: 'help' });
  expect(read('help')).toMatchObject({ name: 'help' });
  expect(read('--version')).toMatchObject({ name: 'version' });
});

test.each([
  ['', { key: 'cli.no_command' }],
  ['sing', { key: 'cli.unknown_command', params: { command: 'sing' } }],
  ['image', { key: 'cli.unknown_command', params: { command: 'image' } }],
  ['setup --prot 1', { key: 'cli.unknown_option', params: { option: '--prot' } }],
  ['setup --constructor', { key: 'cli.unknown_option', params: { option: '--constructor' } }],
  ['setup --port', { key: 'cli.option_needs_value', params: { option: '--port' } }],
  ['setup --yes=no', { key: 'cli.option_takes_no_value', params: { option: '--yes' } }],
  ['setup --port 70000', { key: 'cli.not_a_port', params: { option: '--port', value: '70000' } }],
  ['setup --port 80x', { key: 'cli.not_a_port', params: { option: '--port', value: '80x' } }],
  [
    'setup --install-engine podman',
    {
      key: 'cli.not_a_choice',
      params: { option: '--install-engine', value: 'podman', choices: 'docker, distribution' },
    },
  ],
  ['setup now', { key: 'cli.unexpected_word', params: { word: 'now' } }],
  ['image create --git https://git.example/x', { key: 'cli.name_missing' }],
  ['image create shop', { key: 'cli.option_missing', params: { option: '--git' } }],
  ['image create shop --git https://git.example/x --env =1', { key: 'cli.not_a_variable', params: { value: '=1' } }],
  ['build logs shop --build last', { key: 'cli.not_a_number', params: { option: '--build', value: 'last' } }],
  [
    'status --language fr',
    { key: 'cli.not_a_choice', params: { option: '--language', value: 'fr', choices: 'en, ja' } },
  ],
])('"%s" is refused with its reason', (line, text) => {
  expect(refusal(line)).toEqual(text);
});
