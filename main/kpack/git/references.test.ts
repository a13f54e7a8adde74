import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReferences } from './references.ts';

const folder = mkdtempSync(join(tmpdir(), 'references-'));
const servers: Server[] = [];
const signal = new AbortController().signal;
let base = '';
let commit = '';

/** A real git server: git's own http-backend behind Node, https://git-scm.com/docs/git-http-backend */
function backend(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://x');
  const env = {
    ...process.env,
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: url.pathname,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    GIT_PROTOCOL: request.headers['git-protocol']?.toString() ?? '',
  };
  const git = spawn('git', ['http-backend'], { env });
  request.pipe(git.stdin);
  const pieces: Buffer[] = [];
  git.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  git.on('close', () => {
    const whole = Buffer.concat(pieces);
    const end = whole.indexOf('\r\n\r\n');
    for (const line of whole.subarray(0, end).toString().split('\r\n')) {
      const [name = '', value = ''] = line.split(/: (.*)/s);
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(whole.subarray(end + 4));
  });
}

async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function git(...words: string[]): string {
  const account = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...account, '-C', folder, ...words], { encoding: 'utf8' }).trim();
}

beforeAll(async () => {
  git('init', '-q', 'app');
  git('-C', 'app', 'commit', '-q', '--allow-empty', '-m', 'one');
  git('-C', 'app', 'branch', 'feature/x');
  git('-C', 'app', 'tag', '-a', 'v1', '-m', 'annotated');
  commit = git('-C', 'app', 'rev-parse', 'HEAD');
  git('init', '-q', '--bare', 'empty.git');
  base = await listen(backend);
});

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

describe('a git server', () => {
  it('tells branches, tags with the commit they point at, and the default branch', async () => {
    expect(await readReferences(`${base}/app/.git`, signal)).toEqual({
      kind: 'found',
      references: {
        head: 'main',
        branches: [
          { name: 'feature/x', commit },
          { name: 'main', commit },
        ],
        tags: [{ name: 'v1', commit }],
      },
    });
  });

  it('has an empty repository', async () => {
    expect(await readReferences(`${base}/empty.git`, signal)).toEqual({ kind: 'empty' });
  });

  it('has no such repository', async () => {
    expect(await readReferences(`${base}/nosuch.git`, signal)).toEqual({ kind: 'missing' });
  });

  it('has moved: the second request follows the first', async () => {
    const moved = await listen((request, response) => {
      response.writeHead(301, { location: `${base}${request.url?.replace('/old.git', '/app/.git') ?? ''}` }).end();
    });
    expect(await readReferences(`${moved}/old.git`, signal)).toMatchObject({
      kind: 'found',
      references: { head: 'main' },
    });
  });
});

describe('other answers', () => {
  it.each([
    [401, 'private'],
    [403, 'private'],
    [404, 'missing'],
    [503, 'unreachable'],
  ])('%i', async (status, kind) => {
    const url = await listen((_, response) => response.writeHead(status).end());
    expect(await readReferences(`${url}/x.git`, signal)).toMatchObject({ kind });
  });

  it('a web page', async () => {
    const url = await listen((_, response) =>
      response.setHeader('content-type', 'text/html').end('<html><body>Hello</body></html>'),
    );
    expect(await readReferences(`${url}/x`, signal)).toEqual({ kind: 'no-repository' });
  });

  it('a closed port', async () => {
    const url = await listen(() => undefined);
    const server = servers.pop();
    await new Promise((resolve) => server?.close(resolve));
    expect(await readReferences(`${url}/x.git`, signal)).toEqual({ kind: 'unreachable', words: 'ECONNREFUSED' });
  });

  it('an unknown host', async () => {
    const answer = await readReferences('http://nowhere.invalid/x.git', signal);
    expect(answer.kind === 'unreachable' ? answer.words : answer.kind).toMatch(/^(?:ENOTFOUND|EAI_AGAIN)$/);
  });

  it('silence, until the time is over', async () => {
    const url = await listen(() => undefined);
    expect(await readReferences(`${url}/x.git`, signal, 200)).toEqual({ kind: 'unreachable', words: '0.2 s' });
  });
});

it('ends with its signal', async () => {
  const url = await listen(() => undefined);
  const stop = new AbortController();
  const reading = readReferences(`${url}/x.git`, stop.signal);
  stop.abort();
  await expect(reading).rejects.toThrow(/abort/i);
});
