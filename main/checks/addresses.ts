import { readFileSync } from 'node:fs';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import type { Address } from '../../preload/contract/index.ts';

/** Interfaces that engines and clusters make; nobody on the network reaches them. */
const virtual = /^(?:docker|br-|veth|virbr|cni|flannel|lo)/;

/**
 * Addresses the API server can listen on: those of this machine's network cards, the one of the default route first and
 * recommended; then "only this computer" and "all interfaces".
 */
export function localAddresses(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
  routes: string = readRoutes(),
): Address[] {
  const preferred = defaultInterface(routes);
  const lan = Object.entries(interfaces)
    .filter(([name]) => !virtual.test(name))
    .flatMap(([name, list]) =>
      (list ?? [])
        .filter(({ family, internal }) => family === 'IPv4' && !internal)
        .map(({ address }) => ({ name, address })),
    )
    .toSorted((a, b) => Number(b.name === preferred) - Number(a.name === preferred));
  return [
    ...lan.map(({ name, address }, index): Address => ({
      address,
      kind: 'lan',
      interface: name,
      recommended: index === 0,
    })),
    { address: '127.0.0.1', kind: 'loopback', interface: '', recommended: lan.length === 0 },
    { address: '0.0.0.0', kind: 'all', interface: '', recommended: false },
  ];
}

/** Name of the interface with the default route, from the text of /proc/net/route; empty when there is none. */
export function defaultInterface(routes: string): string {
  const line = routes.split('\n').find((candidate) => candidate.split('\t')[1] === '00000000');
  return line?.split('\t')[0] ?? '';
}

function readRoutes(): string {
  try {
    return readFileSync('/proc/net/route', 'utf8');
  } catch {
    return '';
  }
}
