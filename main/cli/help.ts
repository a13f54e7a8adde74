import { type MessageKey } from '../../preload/messages/index.ts';
import { exit } from './exit.ts';
import { pad } from './width.ts';
import { type Words } from './words.ts';

const commands: readonly (readonly [string, MessageKey])[] = [
  ['setup [--bundle PATH] [--address A] [--port N]', 'cli.help_setup'],
  ['      [--install-engine docker|distribution]', 'cli.help_install_engine'],
  ['      [--replace-cluster] [--yes]', 'cli.help_replace'],
  ['serve [--port N] [--no-browser]', 'cli.help_serve'],
  ['status', 'cli.help_status'],
  ['remove [--registry-data] [--yes]', 'cli.help_remove'],
  ['image list [--namespace NS]', 'cli.help_image_list'],
  ['image create NAME --git URL [--revision R]', 'cli.help_image_create'],
  ['      [--sub-path P] [--builder B] [--tag T]', 'cli.help_image_options'],
  ['      [--env NAME=VALUE]… [--follow]', 'cli.help_follow'],
  ['image build NAME [--follow]', 'cli.help_image_build'],
  ['image delete NAME [--yes]', 'cli.help_image_delete'],
  ['build list NAME', 'cli.help_build_list'],
  ['build logs NAME [--build N] [-f] [--times]', 'cli.help_build_logs'],
  ['run NAME [--port N] [--env NAME=VALUE]…', 'cli.help_run'],
];

const codes: readonly (readonly [number, MessageKey])[] = [
  [exit.done, 'cli.exit_done'],
  [exit.failed, 'cli.exit_failed'],
  [exit.usage, 'cli.exit_usage'],
  [exit.cancelled, 'cli.exit_cancelled'],
  [exit.alreadyRunning, 'cli.exit_already_running'],
];

/** What `kpack-desktop help` prints. */
export function showHelp(words: Words): string[] {
  return [
    words.say('cli.help_title'),
    words.say('cli.help_usage'),
    '',
    ...commands.map(([usage, key]) => `  ${pad(usage, 46)} ${words.say(key)}`),
    '',
    words.say('cli.help_common'),
    '',
    words.say('cli.help_exit'),
    ...codes.map(([code, key]) => `  ${code}  ${words.say(key)}`),
  ];
}
