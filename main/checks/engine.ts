import { failed, ok, warning, type MachineCheck } from './check.ts';

/** An engine answers, with Linux containers, and is not too old: kind needs Docker 20.10 for `--cgroupns`. */
export const engineCheck: MachineCheck = {
  id: 'engine',
  title: { key: 'checks.engine' },
  run: ({ search }) => {
    const [engine] = search.engines;
    if (engine === undefined) return Promise.resolve(noEngine(search));
    const { version, os, cpus, rootless, cgroup } = engine.info;
    const found = { key: 'checks.engine_found', params: { version, name: engine.candidate.name, cpus } } as const;
    if (os !== 'linux') return Promise.resolve(failed(found, { key: 'checks.engine_windows' }));
    if (older(version, 20, 10))
      return Promise.resolve(failed(found, { key: 'checks.engine_old', params: { version } }));
    if (rootless && cgroup === '1') return Promise.resolve(failed(found, { key: 'checks.engine_rootless' }));
    return Promise.resolve(rootless ? warning(found, { key: 'checks.engine_rootless_limits' }) : ok(found));
  },
};

function noEngine(search: Parameters<MachineCheck['run']>[0]['search']) {
  const chosen = search.failures.find(({ candidate }) => candidate.chosen);
  const denied = search.failures.find(({ error }) => error.kind === 'permission');
  const again = [
    { id: 'check-again' as const, label: { key: 'checks.fix_check_again' as const }, primary: false, params: {} },
  ];
  if (chosen !== undefined) {
    const params = { name: chosen.candidate.name, host: chosen.candidate.host };
    return failed({ key: 'checks.engine_none' }, { key: 'checks.engine_chosen_silent', params }, again);
  }
  if (denied !== undefined)
    return failed(
      { key: 'checks.engine_none' },
      { key: 'checks.engine_denied', params: { host: denied.candidate.host } },
      again,
    );
  return failed(
    { key: 'checks.engine_none' },
    { key: 'checks.engine_absent', params: { count: search.failures.length } },
    again,
  );
}

function older(version: string, major: number, minor: number): boolean {
  const [, a = '0', b = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(a) < major || (Number(a) === major && Number(b) < minor);
}
