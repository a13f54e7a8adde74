/** IPv4 arithmetic for networks of an engine. */

/** `a.b.c.d/bits` as first and last number of the range; null when it is none. */
export function rangeOf(subnet: string): { first: number; last: number } | null {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(subnet);
  if (match === null) return null;
  const [a = 0, b = 0, c = 0, d = 0, bits = 32] = match.slice(1).map(Number);
  const size = 2 ** (32 - bits);
  const first = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / size) * size;
  return { first, last: first + size - 1 };
}

/** `a.b.c.d` of a number. */
export function addressOf(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** Private ranges that home routers, offices and other tools rarely use, best first. Registries in them may speak plain HTTP. */
const candidates = ['172.30.0.0/16', '172.29.0.0/16', '172.28.0.0/16', '10.213.0.0/16', '192.168.212.0/22'];

/** The first candidate that overlaps none of the taken subnets, null when all do. */
export function freeSubnet(taken: readonly string[]): string | null {
  const ranges = taken.map(rangeOf).filter((range) => range !== null);
  const free = candidates.find((candidate) => {
    const range = rangeOf(candidate);
    return range !== null && ranges.every((other) => other.last < range.first || other.first > range.last);
  });
  return free ?? null;
}

/** Gateway and the part of a subnet that the engine may hand out: its first 256 addresses. The rest is for fixed ones. */
export function planOf(subnet: string): { gateway: string; range: string } {
  const first = rangeOf(subnet)?.first ?? 0;
  return { gateway: addressOf(first + 1), range: `${addressOf(first)}/24` };
}

/** A fixed address at the high end of a subnet that nobody has: what engines hand out counts up from the bottom. */
export function fixedAddress(subnet: string, taken: readonly string[]): string | null {
  const range = rangeOf(subnet);
  if (range === null) return null;
  for (let value = range.last - 245; value < range.last; value += 1) {
    if (value > range.first + 1 && !taken.includes(addressOf(value))) return addressOf(value);
  }
  return null;
}

/** Subnets of the machine's own routes, from the text of /proc/net/route (little-endian hexadecimal); without the default route. */
export function routedSubnets(route: string): string[] {
  return route
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter((fields) => fields.length > 7 && fields[1] !== '00000000')
    .map((fields) => `${littleEndian(fields[1] ?? '')}/${ones(fields[7] ?? '')}`);
}

function littleEndian(hex: string): string {
  return (hex.match(/../g) ?? [])
    .toReversed()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}

function ones(hex: string): number {
  return Number.parseInt(hex, 16).toString(2).replaceAll('0', '').length;
}
