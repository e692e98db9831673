import { follow } from '../kube/follow.js';
import type { KubeClient } from '../kube/kube-client.js';
import { FaceComparisonSchema, type FaceComparison } from '../kube/objects.js';
import { FACE_COMPARISONS, pathOf } from '../kube/resources.js';

/** A status that was seen. */
export interface SeenStatus {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly object: FaceComparison;
}

/** Every state of one FaceComparison that its watch told of. */
export class StatusTimeline {
  readonly #stopped = new AbortController();
  readonly #seen: SeenStatus[] = [];
  #gone = false;

  static async start(client: KubeClient, namespace: string, name: string): Promise<StatusTimeline> {
    const timeline = new StatusTimeline();
    await follow(
      client,
      FaceComparisonSchema,
      `${pathOf(FACE_COMPARISONS, namespace)}?fieldSelector=metadata.name%3D${name}`,
      {
        changed: (object) => {
          timeline.#gone = false;
          timeline.#seen.push({ at: Date.now(), object });
        },
        gone: () => (timeline.#gone = true),
      },
      timeline.#stopped.signal,
    );
    return timeline;
  }

  get seen(): readonly SeenStatus[] {
    return this.#seen;
  }

  /** As it is now; undefined before it is there and after it is gone. */
  get latest(): FaceComparison | undefined {
    return this.#gone ? undefined : this.#seen.at(-1)?.object;
  }

  /** The phases since an instant, each once in a row, with the percentage a canary had: `Canary 10`. */
  phases(sinceMs = 0): string[] {
    const phases: string[] = [];
    for (const { at, object } of this.#seen) {
      const { phase, weight } = object.status ?? {};
      if (at < sinceMs || phase === undefined) continue;
      const text = phase === 'Canary' && weight !== undefined ? `${phase} ${weight}` : phase;
      if (phases.at(-1) !== text) phases.push(text);
    }
    return phases;
  }

  stop(): void {
    this.#stopped.abort();
  }
}
