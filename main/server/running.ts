import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { type ContractRouterClient } from '@orpc/contract';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { request } from 'undici';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { type Contract } from '../../preload/contract/index.ts';
import { webSocketPath } from '../../preload/host.ts';
import { writeAtomic } from '../storage/files.ts';
import { linkPath } from './local-server.ts';

const schema = z.object({ port: z.number().int(), key: z.string(), pid: z.number().int() });

/** How programs of the same user reach the server of this data folder: a file that only they can read. */
export type ServerNote = z.infer<typeof schema>;

const fileIn = (root: string): string => path.join(root, 'server.json');

/** Tells other programs of this user where the server is. Mode 0600. */
export async function announce(root: string, note: ServerNote): Promise<void> {
  await writeAtomic(fileIn(root), JSON.stringify(note), 0o600);
}

/** Takes the announcement back. */
export async function withdraw(root: string): Promise<void> {
  await rm(fileIn(root), { force: true });
}

/** What the process `pid` announced, or null when it has not (yet). A killed server leaves its file; its pid does not fit. */
export async function readNote(root: string, pid: number): Promise<ServerNote | null> {
  try {
    const note = schema.parse(JSON.parse(await readFile(fileIn(root), 'utf8')));
    return note.pid === pid ? note : null;
  } catch {
    return null;
  }
}

/** A fresh link to the page of a running server. Throws when it does not answer within two seconds. */
export async function askForLink({ port, key }: ServerNote): Promise<string> {
  const answer = await request(`http://127.0.0.1:${port}${linkPath}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(2000),
  });
  return z.object({ link: z.string() }).parse(await answer.body.json()).link;
}

/** The contract of a running server, for programs. Throws when it does not answer. */
export async function connectTo({
  port,
  key,
}: ServerNote): Promise<{ client: ContractRouterClient<Contract>; dispose: () => void }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${webSocketPath}`, {
    headers: { authorization: `Bearer ${key}` },
    handshakeTimeout: 2000,
  });
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  socket.once('open', () => resolve(undefined));
  socket.once('error', reject);
  await promise;
  return { client: createORPCClient(new RPCLink({ websocket: socket })), dispose: () => socket.close() };
}
