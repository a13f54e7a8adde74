import { type SettingsStore } from '../storage/settings.ts';
import { type GuardedContract } from './guarded.ts';
import { type StatusMonitor } from './status.ts';

export interface AppOptions {
  info: { version: string; host: 'desktop' | 'server'; dataFolder: string };
  status: StatusMonitor;
  settings: SettingsStore;
}

/** The requests of preload/contract/app.ts. */
export function appHandlers(os: GuardedContract['app'], { info, status, settings }: AppOptions) {
  return {
    info: os.info.handler(() => info),
    status: os.status.handler(({ signal }) => status.watch(signal)),
    settings: os.settings.handler(async () => settings.load()),
    saveSettings: os.saveSettings.handler(async ({ input }) => settings.save(input)),
  };
}
