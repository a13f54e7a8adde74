import { createServer } from 'node:net';
import type { LocalImage } from '../../docker/images.ts';

/** Containers of built images listen here when nothing says otherwise: what most buildpacks choose. */
const usual = 8080;

/**
 * The port that the application will listen on: the PORT it is given, else the first that its image
 * declares, else the image's own PORT, else 8080.
 */
export function containerPort(
  image: Pick<LocalImage, 'exposedPorts' | 'env'>,
  env: readonly { name: string; value: string }[],
): number {
  const given = portOf(env.find((each) => each.name === 'PORT')?.value);
  const own = portOf(image.env.find((each) => each.startsWith('PORT='))?.slice('PORT='.length));
  return given ?? image.exposedPorts.find((port) => port > 0) ?? own ?? usual;
}

function portOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port >= 1 && port <= 65_535 ? port : null;
}

/** Nothing of this machine listens on 127.0.0.1 at that port. */
export async function isFree(port: number): Promise<boolean> {
  return (await tryListen(port)) !== null;
}

/** A port of 127.0.0.1 that is free now, near `wanted` if it can be. */
export async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port < Math.min(wanted + 20, 65_536); port += 1) if (await isFree(port)) return port;
  return (await tryListen(0)) ?? wanted;
}

function tryListen(port: number): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>();
  const server = createServer();
  server.once('error', () => resolve(null));
  server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
  });
  return promise;
}
