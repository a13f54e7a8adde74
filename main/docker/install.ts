import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { operatingSystem, type OperatingSystem } from './os.ts';

export type InstallMethod = 'docker' | 'distribution';

/** What is done as administrator, as a script that can be read before it runs. */
export interface InstallPlan {
  readonly method: InstallMethod;
  /** A POSIX shell script. Running it twice does no harm. */
  readonly script: string;
}

/** Ways to install an engine on this system; none where only a person can do it. */
export function installMethods(system: OperatingSystem = operatingSystem()): InstallMethod[] {
  return system.id === 'debian' || system.id === 'ubuntu' ? ['docker', 'distribution'] : [];
}

/**
 * The script that installs an engine: from Docker's own apt repository (https://docs.docker.com/engine/install/debian/),
 * or the distribution's package docker.io. `user` may use it at once, without logging in again: group membership counts
 * from the next login, so the socket of now is handed over too.
 */
export function installPlan(method: InstallMethod, system: OperatingSystem, user: string): InstallPlan {
  const install =
    method === 'docker'
      ? [
          'apt-get install -y --no-install-recommends ca-certificates curl',
          'install -m 0755 -d /etc/apt/keyrings',
          `curl -fsSL https://download.docker.com/linux/${system.id}/gpg -o /etc/apt/keyrings/docker.asc`,
          'chmod a+r /etc/apt/keyrings/docker.asc',
          `echo "deb [arch=$(dpkg --print-architecture) signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/${system.id} ${system.codename} stable" > /etc/apt/sources.list.d/docker.list`,
          'apt-get update',
          'apt-get install -y docker-ce docker-ce-cli containerd.io',
        ]
      : ['apt-get install -y docker.io'];
  return {
    method,
    script: [
      'set -eu',
      'export DEBIAN_FRONTEND=noninteractive',
      'apt-get update',
      ...install,
      // Limits that kind asks for; the usual ones are used up by two clusters.
      "printf 'fs.inotify.max_user_watches=524288\\nfs.inotify.max_user_instances=512\\n' > /etc/sysctl.d/60-kpack-desktop.conf",
      'sysctl -q -p /etc/sysctl.d/60-kpack-desktop.conf || true',
      'if command -v systemctl >/dev/null && [ -d /run/systemd/system ]; then systemctl enable --now docker; else service docker start; fi',
      'for i in $(seq 50); do [ -S /var/run/docker.sock ] && break; sleep 0.2; done',
      ...(user === 'root'
        ? []
        : [`usermod -aG docker ${quote(user)}`, `chown ${quote(user)}:docker /var/run/docker.sock`]),
    ].join('\n'),
  };
}

/** How a script gets administrator rights here: as root directly, by sudo where it asks for no password, else by polkit's dialog. */
export async function asAdministrator(
  script: string,
  options: { root: boolean; sudo: boolean; path?: string },
): Promise<{ program: string; args: string[] } | null> {
  const shell = ['/bin/sh', '-c', script];
  if (options.root) return { program: '/bin/sh', args: shell.slice(1) };
  if (options.sudo) return { program: 'sudo', args: ['-n', ...shell] };
  return (await onPath('pkexec', options.path ?? process.env['PATH'] ?? ''))
    ? { program: 'pkexec', args: shell }
    : null;
}

async function onPath(name: string, searchPath: string): Promise<boolean> {
  for (const folder of searchPath.split(path.delimiter).filter(Boolean)) {
    try {
      await access(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      // Not here.
    }
  }
  return false;
}

/** A word for the shell, whatever is in it. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
