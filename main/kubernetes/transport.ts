import { Agent } from 'undici';
import type { ClusterAccess } from './kubeconfig.ts';

/**
 * The two pools of connections to one API server, both HTTP/1.1: over HTTP/2 a dead link was not
 * noticed in 96 s, while here a keep-alive of 5 s finds it in 15 s.
 */
export interface Transport {
  readonly access: ClusterAccess;
  /** Short calls. */
  readonly calls: Agent;
  /** Watches and followed logs: may be silent for ever, one connection each. */
  readonly streams: Agent;
}

/** Opens nothing yet: connections are made by the requests. */
export function openTransport(access: ClusterAccess): Transport {
  const connect = {
    ca: access.ca ?? undefined,
    cert: access.certificate ?? undefined,
    key: access.key ?? undefined,
    servername: access.tlsServerName ?? undefined,
    rejectUnauthorized: !access.insecure,
    keepAlive: true,
    keepAliveInitialDelay: 5000,
    timeout: 3000,
    allowH2: false,
  };
  return {
    access,
    // Writes to kpack's objects were seen to wait 27 s for its webhook.
    calls: new Agent({ connect, allowH2: false, headersTimeout: 60_000, bodyTimeout: 60_000, pipelining: 1 }),
    // The answer to a followed log begins with its first byte, so it may take as long as the container is quiet.
    streams: new Agent({ connect, allowH2: false, headersTimeout: 0, bodyTimeout: 0, pipelining: 1 }),
  };
}

/** Ends all connections at once; requests under way fail. */
export async function closeTransport(transport: Transport): Promise<void> {
  await Promise.all([transport.calls.destroy(), transport.streams.destroy()]);
}

/** The Authorization header, if the user has no certificate or a token besides. */
export function authorization(access: ClusterAccess): Record<string, string> {
  if (access.token !== null) return { authorization: `Bearer ${access.token}` };
  if (access.username === null) return {};
  const pair = Buffer.from(`${access.username}:${access.password ?? ''}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}
