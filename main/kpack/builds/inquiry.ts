import type { BuildDetail } from '../../../preload/contract/builds.ts';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import { kinds } from '../../kubernetes/resources.ts';
import type { LogArchive } from '../../logs/archive.ts';
import type { Durations } from '../../storage/durations.ts';
import type { LineFact } from '../explain/log-lines.ts';
import type { BuildFact } from '../facts/build.ts';
import type { PodFact } from '../facts/pod.ts';
import { type Build, labels } from '../types.ts';
import { imageKey, type World } from '../world/world.ts';
import { buildDetail } from './detail.ts';

/** So many of a step's last lines are searched for the cause of a failure. */
const searched = 200;

export interface InquiryOptions {
  readonly client: KubernetesClient;
  readonly world: World;
  readonly archive: Pick<LogArchive, 'watch' | 'tail'>;
  readonly durations: Durations;
}

/** Puts together all that is known about one build. */
export class Inquiry {
  readonly #options: InquiryOptions;

  constructor(options: InquiryOptions) {
    this.#options = options;
  }

  /** The whole object; null when it is gone, or when another has taken its name. */
  async fetch(fact: BuildFact, signal?: AbortSignal): Promise<Build | null> {
    const build = await this.#options.client.find<Build>(
      kinds.build,
      { namespace: fact.namespace, name: fact.name },
      { signal },
    );
    return build?.metadata.uid === fact.uid ? build : null;
  }

  /** Everything about a build. `lines` is the end of the failed step's log. */
  detail(build: Build, fact: BuildFact, pod: PodFact | null, lines: readonly LineFact[], live: boolean): BuildDetail {
    const { world } = this.#options;
    const image = world.image(fact.namespace, fact.image);
    const annotations = build.metadata.annotations ?? {};
    const named = {
      kind: image?.builder.kind ?? annotations[labels.builderKind] ?? 'ClusterBuilder',
      name: annotations[labels.builderName] ?? image?.builder.name ?? '',
    };
    return buildDetail({
      build,
      pod,
      image,
      builder: world.builder(named, fact.namespace),
      buildersKnown: world.buildersKnown,
      source: world.source(fact.namespace, fact.image),
      claimPhase: world.claimPhase(fact.namespace, fact.image),
      lines,
      others: world.builds(fact.namespace, fact.image),
      expected: this.#expected(fact),
      live,
      now: Date.now(),
    });
  }

  /** The end of the log of the step that failed; empty when there is none or it cannot be read. */
  async lines(fact: BuildFact): Promise<LineFact[]> {
    const step = fact.failedStep?.name;
    if (step === undefined) return [];
    const name = { namespace: fact.namespace, build: fact.name, uid: fact.uid };
    const lines = await this.#options.archive.tail(name, step, searched);
    return lines.map((line) => ({ number: line.index + 1, text: line.text }));
  }

  #expected(fact: BuildFact): Map<string, number> {
    const key = imageKey(fact.namespace, fact.image);
    const names = ['prepare', 'analyze', 'detect', 'restore', 'build', 'export', 'completion', 'rebase'];
    return new Map(
      names.flatMap((name) => {
        const ms = this.#options.durations.expected('build', key, name);
        return ms === null ? [] : [[name, ms] as const];
      }),
    );
  }
}
