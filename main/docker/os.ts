import { readFileSync } from 'node:fs';

/** What /etc/os-release says (https://www.freedesktop.org/software/systemd/man/latest/os-release.html). */
export interface OperatingSystem {
  /** `debian`, `ubuntu`…; empty where there is no such file. */
  readonly id: string;
  readonly codename: string;
  readonly name: string;
}

/** The system of this machine. */
export function operatingSystem(file = '/etc/os-release'): OperatingSystem {
  try {
    return readOsRelease(readFileSync(file, 'utf8'));
  } catch {
    return { id: '', codename: '', name: '' };
  }
}

/** Reads the text of an os-release file. */
export function readOsRelease(text: string): OperatingSystem {
  const values = new Map(
    [...text.matchAll(/^([A-Z_]+)=(?:"([^"]*)"|(.*))$/gm)].map(([, key = '', quoted, plain]) => [
      key,
      quoted ?? plain ?? '',
    ]),
  );
  return {
    id: values.get('ID') ?? '',
    codename: values.get('VERSION_CODENAME') ?? '',
    name: values.get('PRETTY_NAME') ?? '',
  };
}
