import { PassThrough } from 'node:stream';
import type Dockerode from 'dockerode';
import { dockerError } from './errors.ts';
import { textLines } from './text-lines.ts';

/** What we read of a container. */
export interface ContainerState {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly running: boolean;
  readonly paused: boolean;
  readonly exitCode: number;
  /** Epoch milliseconds, null when it never started. */
  readonly startedAt: number | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Address by network name. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Published ports: container port to host address and port. */
  readonly ports: readonly { readonly container: number; readonly address: string; readonly port: number }[];
  readonly error: string;
}

export interface ContainerOptions {
  readonly name: string;
  readonly image: string;
  readonly labels?: Record<string, string>;
  readonly env?: Record<string, string>;
  readonly command?: string[];
  readonly network?: string;
  /** Fixed address on `network`. */
  readonly address?: string;
  /** `port` 0 lets the engine choose. */
  readonly ports?: readonly { container: number; address: string; port: number }[];
  /** `volume:path` entries. */
  readonly volumes?: string[];
  readonly restart?: 'no' | 'always' | 'unless-stopped';
}

export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Containers of one engine. */
export class Containers {
  readonly #client: Dockerode;

  constructor(client: Dockerode) {
    this.#client = client;
  }

  /** A container by name or id, null when there is none. */
  async find(name: string): Promise<ContainerState | null> {
    try {
      return stateOf(await this.#client.getContainer(name).inspect());
    } catch (error) {
      const problem = dockerError(error);
      if (problem.kind === 'not-found') return null;
      throw problem;
    }
  }

  /** Containers with a label (`name` or `name=value`), stopped ones too. */
  async withLabel(label: string): Promise<ContainerState[]> {
    try {
      const list = await this.#client.listContainers({ all: true, filters: { label: [label] } });
      const found = await Promise.all(list.map((container) => this.find(container.Id)));
      return found.filter((container) => container !== null);
    } catch (error) {
      throw dockerError(error);
    }
  }

  /** Makes a container and starts it; one that cannot be started is removed again. Returns its id. */
  async run(options: ContainerOptions): Promise<string> {
    const container = await guard(() => this.#client.createContainer(createOptions(options)));
    try {
      await container.start();
      return container.id;
    } catch (error) {
      await container.remove({ force: true, v: true }).catch(() => undefined);
      throw dockerError(error);
    }
  }

  async start(name: string): Promise<void> {
    await guard(async () => {
      await this.#client.getContainer(name).start().catch(unlessStatus(304));
    });
  }

  /** Stops it, with a kill after `seconds`. */
  async stop(name: string, seconds = 10): Promise<void> {
    await guard(async () => {
      await this.#client.getContainer(name).stop({ t: seconds }).catch(unlessStatus(304));
    });
  }

  /** Removes it with its anonymous volumes, running or not; one that is not there is fine. */
  async remove(name: string): Promise<void> {
    await guard(async () => {
      await this.#client.getContainer(name).remove({ force: true, v: true }).catch(unlessStatus(404));
    });
  }

  /** Runs a command in a running container. A code other than 0 does not throw. */
  async exec(name: string, command: string[], stdin?: string): Promise<ExecResult> {
    return guard(async () => {
      const exec = await this.#client.getContainer(name).exec({
        Cmd: command,
        AttachStdout: true,
        AttachStderr: true,
        AttachStdin: stdin !== undefined,
      });
      const stream = await exec.start({ hijack: stdin !== undefined, stdin: stdin !== undefined });
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const texts = Promise.all([collect(stdout), collect(stderr)]);
      this.#client.modem.demuxStream(stream, stdout, stderr);
      stream.on('end', () => {
        stdout.end();
        stderr.end();
      });
      stream.on('error', (error: Error) => stdout.destroy(error));
      if (stdin !== undefined) stream.end(stdin);
      const [out, err] = await texts;
      const { ExitCode: code } = await exec.inspect();
      return { code: code ?? -1, stdout: out, stderr: err };
    });
  }

  /** The container's log from the newest `tail` lines on, live until it ends or `signal` aborts. */
  async *logs(name: string, tail: number, signal: AbortSignal): AsyncGenerator<string> {
    const stream = await guard(() =>
      this.#client.getContainer(name).logs({ follow: true, stdout: true, stderr: true, tail, abortSignal: signal }),
    );
    const merged = new PassThrough();
    this.#client.modem.demuxStream(stream, merged, merged);
    stream.on('end', () => merged.end());
    stream.on('error', () => merged.end());
    yield* textLines(merged);
  }
}

function createOptions(options: ContainerOptions): Dockerode.ContainerCreateOptions {
  const ports = options.ports ?? [];
  const key = (port: number) => `${port}/tcp`;
  return {
    name: options.name,
    Image: options.image,
    Labels: { ...options.labels },
    Env: Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(options.command === undefined ? {} : { Cmd: options.command }),
    ExposedPorts: Object.fromEntries(ports.map((port) => [key(port.container), {}])),
    HostConfig: {
      PortBindings: Object.fromEntries(
        ports.map((port) => [
          key(port.container),
          [{ HostIp: port.address, HostPort: port.port === 0 ? '' : String(port.port) }],
        ]),
      ),
      Binds: options.volumes ?? [],
      RestartPolicy: { Name: options.restart ?? 'no' },
      ...(options.network === undefined ? {} : { NetworkMode: options.network }),
    },
    ...(options.network === undefined || options.address === undefined
      ? {}
      : {
          NetworkingConfig: {
            EndpointsConfig: { [options.network]: { IPAMConfig: { IPv4Address: options.address } } },
          },
        }),
  };
}

function stateOf(info: Dockerode.ContainerInspectInfo): ContainerState {
  const started = Date.parse(info.State.StartedAt);
  return {
    id: info.Id,
    name: info.Name.replace(/^\//, ''),
    image: info.Config.Image,
    running: info.State.Running,
    paused: info.State.Paused,
    exitCode: info.State.ExitCode,
    startedAt: started > 0 ? started : null,
    labels: info.Config.Labels,
    addresses: Object.fromEntries(
      Object.entries(info.NetworkSettings.Networks).map(([network, { IPAddress }]) => [network, IPAddress]),
    ),
    ports: publishedPorts(info),
    error: info.State.Error,
  };
}

/** From the configuration as well: a stopped container has no bindings in its network settings. */
function publishedPorts(info: Dockerode.ContainerInspectInfo): ContainerState['ports'] {
  const configured = info.HostConfig.PortBindings as Record<
    string,
    { HostIp?: string; HostPort?: string }[] | null
  > | null;
  const bindings: Record<string, { HostIp?: string; HostPort?: string }[] | null | undefined> = { ...configured };
  for (const [key, live] of Object.entries(
    info.NetworkSettings.Ports as Record<string, { HostIp: string; HostPort: string }[] | null>,
  )) {
    if (live !== null) bindings[key] = live;
  }
  return Object.entries(bindings).flatMap(([key, list]) =>
    (list ?? []).map(({ HostIp, HostPort }) => ({
      container: Number.parseInt(key, 10),
      address: HostIp ?? '',
      port: Number(HostPort ?? 0),
    })),
  );
}

function unlessStatus(status: number): (error: unknown) => void {
  return (error) => {
    const found = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
    if (found !== status) throw dockerError(error);
  };
}

async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw dockerError(error);
  }
}

async function collect(stream: PassThrough): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
