import { readFileSync } from 'node:fs';
import path from 'node:path';
import Dockerode from 'dockerode';
import type { Candidate } from './context.ts';
import { DockerError } from './errors.ts';

/** A dockerode client for one place. Nothing is sent yet. Throws DockerError for places it cannot speak to. */
export function connect(candidate: Candidate): Dockerode {
  const { host } = candidate;
  if (host.startsWith('unix://')) return new Dockerode({ socketPath: host.slice('unix://'.length) });
  if (host.startsWith('npipe://'))
    return new Dockerode({ socketPath: host.slice('npipe://'.length).replaceAll('/', '\\') });
  if (host.startsWith('tcp://') || host.startsWith('http://') || host.startsWith('https://'))
    return new Dockerode(remote(candidate));
  throw new DockerError('other', `unsupported engine address ${host}`);
}

function remote({ host, certificates }: Candidate): Dockerode.DockerOptions {
  const url = new URL(host.replace(/^tcp:/, certificates === null ? 'http:' : 'https:'));
  const read = (name: string) => readFileSync(path.join(certificates ?? '', name));
  return {
    protocol: certificates === null ? 'http' : 'https',
    host: url.hostname,
    port: url.port === '' ? '2375' : url.port,
    ...(certificates === null ? {} : { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') }),
  };
}

/** Environment in which the docker command line, and kind which calls it, reach the same engine. */
export function connectionEnv({ host, certificates }: Candidate): Record<string, string> {
  // DOCKER_CONTEXT would win over DOCKER_HOST in some versions, so it is emptied.
  return {
    DOCKER_HOST: host,
    DOCKER_CONTEXT: '',
    ...(certificates === null ? {} : { DOCKER_CERT_PATH: certificates, DOCKER_TLS_VERIFY: '1' }),
  };
}
