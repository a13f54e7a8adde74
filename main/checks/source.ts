import { BundleError, type BundleErrorCode } from '../bundle/errors.ts';
import type { MessageKey } from '../../preload/messages/index.ts';
import { failed, ok, type MachineCheck } from './check.ts';

const causes: Readonly<Record<BundleErrorCode, MessageKey>> = {
  missing: 'checks.source_missing',
  unreadable: 'checks.source_unreadable',
  'not-a-bundle': 'checks.source_not_a_bundle',
  'wrong-format': 'checks.source_not_a_bundle',
  compressed: 'checks.source_compressed',
  newer: 'checks.source_newer',
  'other-platform': 'checks.source_platform',
  invalid: 'checks.source_invalid',
  incomplete: 'checks.source_invalid',
  corrupt: 'checks.source_invalid',
  'unknown-image': 'checks.source_invalid',
  'disk-full': 'checks.disk_low',
};

/** The source can be read and is for this machine. */
export const sourceCheck: MachineCheck = {
  id: 'source',
  title: { key: 'checks.source' },
  run: ({ source }) => {
    if (!(source instanceof Error))
      return Promise.resolve(
        ok({ key: 'checks.source_found', params: { title: source.title, platform: source.platform } }),
      );
    const [key, subject]: [MessageKey, string] =
      source instanceof BundleError ? [causes[source.code], source.subject] : ['checks.source_other', source.message];
    return Promise.resolve(
      failed({ key: 'checks.source_unusable' }, { key, params: { subject } }, [
        { id: 'choose-bundle', label: { key: 'checks.fix_choose_bundle' }, primary: false, params: {} },
      ]),
    );
  },
};
