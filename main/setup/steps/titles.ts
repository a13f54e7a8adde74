import type { MessageKey } from '../../../preload/messages/index.ts';
import type { Text } from '../../../preload/contract/index.ts';
import type { Step } from '../step.ts';
import type { SetupWorld } from '../world.ts';

export type SetupStep = Step<SetupWorld>;

/** Title and purpose of a step, from its messages `setup.step_<name>` and `setup.does_<name>`. */
export function named(title: MessageKey, does: MessageKey): { title: Text; does: Text } {
  return { title: { key: title }, does: { key: does } };
}
