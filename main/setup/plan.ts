import { hostname, release, type as osType } from 'node:os';
import type { PlanItem, SetupOptions, SetupPlan } from '../../preload/contract/index.ts';
import type { MessageKey } from '../../preload/messages/index.ts';
import type { SourceInfo, SourceItemId } from '../bundle/source.ts';
import { localAddresses } from '../checks/addresses.ts';
import { runChecks } from '../checks/checks.ts';
import { freePort } from '../checks/port.ts';
import { installMethods } from '../docker/install.ts';
import { nodeFacts } from '../kind/node.ts';
import type { Paths } from '../storage/paths.ts';
import { inOrder } from './graph.ts';
import { lastSource } from './last-source.ts';
import type { SetupStep } from './steps/index.ts';
import { SetupWorld } from './world.ts';

/** Looks at the machine and says what setup would do. Changes nothing; takes as long as the slowest check. */
export async function makePlan(
  given: Partial<SetupOptions>,
  paths: Paths,
  steps: readonly SetupStep[],
): Promise<SetupPlan> {
  const options = await propose(given, paths);
  const world = new SetupWorld(options, paths);
  try {
    const engine = await world.engine();
    const source = await world
      .info()
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    const info = source instanceof Error ? null : source;
    const [checks, complete] = await Promise.all([
      runChecks({
        search: await world.search(),
        options,
        dataFolder: paths.root,
        source: info === null ? (source as Error) : info,
      }),
      isComplete(world, steps),
    ]);
    const addresses = localAddresses();
    return {
      machine: {
        name: hostname(),
        os: `${engine?.info.operatingSystem ?? osType()} (${release()})`,
        arch: process.arch,
      },
      checks,
      addresses,
      options,
      items: info === null ? [] : info.items.map((item) => planItem(item, info)),
      steps: steps.map(({ id, title, does }) => ({ id, title, does })),
      changes: changes(options, paths),
      complete,
      // A missing engine is no obstacle when setup was told to install one.
      ready: checks.every(
        ({ id, state }) =>
          state !== 'failed' ||
          (options.installEngine !== null && engine === null && (id === 'engine' || id === 'docker-cli')),
      ),
      engineChoices: engine === null ? installMethods() : [],
    };
  } finally {
    await world.dispose();
  }
}

/** Options as they would be used: given ones kept, those of an existing cluster next, then what suits the machine. */
async function propose(given: Partial<SetupOptions>, paths: Paths): Promise<SetupOptions> {
  const bare: SetupOptions = {
    source: given.source ?? (await lastSource(paths)),
    address: '',
    port: 1,
    installEngine: null,
    replaceCluster: false,
  };
  const engine = await new SetupWorld(bare, paths).engine();
  const existing = engine === null ? null : await nodeFacts(engine.docker);
  const address =
    given.address ??
    existing?.address ??
    localAddresses().find(({ recommended }) => recommended)?.address ??
    '127.0.0.1';
  return {
    source: bare.source,
    address,
    port: given.port ?? (existing !== null && existing.port > 0 ? existing.port : await freePort(address, 6443)),
    installEngine: given.installEngine ?? null,
    replaceCluster: given.replaceCluster ?? false,
  };
}

/** Every step finds itself done. Stops at the first that does not. */
async function isComplete(world: SetupWorld, steps: readonly SetupStep[]): Promise<boolean> {
  const limit = AbortSignal.timeout(8000);
  try {
    for (const step of inOrder(steps)) if (!(await step.isDone(world, limit))) return false;
    return true;
  } catch {
    return false;
  }
}

const titles: Readonly<Record<SourceItemId, MessageKey>> = {
  kind: 'setup.item_kind',
  node: 'setup.item_node',
  registry: 'setup.item_registry',
  kpack: 'setup.item_kpack',
  stack: 'setup.item_stack',
  buildpacks: 'setup.item_buildpacks',
  extras: 'setup.item_extras',
};

function planItem(item: SourceInfo['items'][number], info: SourceInfo): PlanItem {
  return { ...item, title: { key: titles[item.id], params: { name: info.stacks[0]?.name ?? '' } } };
}

function changes({ address, port }: SetupOptions, paths: Paths): SetupPlan['changes'] {
  const listens: MessageKey = address === '127.0.0.1' ? 'setup.change_port_local' : 'setup.change_port';
  return [
    { key: 'setup.change_containers' },
    { key: 'setup.change_network' },
    { key: listens, params: { address, port } },
    { key: 'setup.change_registry' },
    { key: 'setup.change_folder', params: { folder: paths.root } },
    { key: 'setup.change_kubeconfig' },
  ];
}
