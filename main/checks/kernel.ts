import { readFile } from 'node:fs/promises';
import { command, ok, warning, type MachineCheck } from './check.ts';

/** Version 1 is at its end: Kubernetes 1.35 and newer refuse it (https://github.com/kubernetes/enhancements/issues/5573). */
export const cgroupCheck: MachineCheck = {
  id: 'cgroup',
  title: { key: 'checks.cgroup' },
  run: ({ search }) => {
    const cgroup = search.engines[0]?.info.cgroup;
    if (cgroup === undefined) return Promise.resolve(null);
    const found = { key: 'checks.cgroup_found', params: { version: cgroup } } as const;
    return Promise.resolve(cgroup === '2' ? ok(found) : warning(found, { key: 'checks.cgroup_old' }));
  },
};

/** Limits that kind asks for (https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files). */
const wanted = { max_user_watches: 524_288, max_user_instances: 512 } as const;

/** How many files and folders programs may watch; the usual defaults are used up by two clusters. */
export const inotifyCheck: MachineCheck = {
  id: 'inotify',
  title: { key: 'checks.inotify' },
  run: async ({ search }) => {
    if (process.platform !== 'linux' || search.engines[0]?.docker.local !== true) return null;
    const [watches, instances] = await Promise.all([limit('max_user_watches'), limit('max_user_instances')]);
    if (watches === null || instances === null) return null;
    const found = { key: 'checks.inotify_found', params: { watches, instances } } as const;
    if (watches >= wanted.max_user_watches && instances >= wanted.max_user_instances) return ok(found);
    const settings = Object.entries(wanted).map(([name, value]) => `fs.inotify.${name}=${value}`);
    return warning(found, { key: 'checks.inotify_low' }, [command(`sudo sysctl -w ${settings.join(' ')}`)]);
  },
};

async function limit(name: string): Promise<number | null> {
  try {
    return Number(await readFile(`/proc/sys/fs/inotify/${name}`, 'utf8'));
  } catch {
    return null;
  }
}
