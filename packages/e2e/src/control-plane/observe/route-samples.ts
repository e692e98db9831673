/** Which versions each pod that requests reach gave to clients without a pin, at one instant. */
export interface RouteSample {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Versions by the names of ready pods. */
  readonly pods: Readonly<Record<string, readonly string[]>>;
}

/** What must be known of versions to judge whether they may be mixed. */
export interface Spaces {
  spaceOf(version: string): string | undefined;
  areComparable(a: string, b: string): boolean;
}

/** The samples at which vectors of two spaces that cannot be compared were given out. */
export function mixedSamples(samples: readonly RouteSample[], spaces: Spaces): RouteSample[] {
  return samples.filter(({ pods }) => {
    const given = [...new Set(Object.values(pods).flat())].map((version) => spaces.spaceOf(version) ?? version);
    return given.some((a) => given.some((b) => !spaces.areComparable(a, b)));
  });
}

/** For how long such samples were true, each until the next one, in milliseconds. */
export function mixedMs(samples: readonly RouteSample[], spaces: Spaces): number {
  const mixed = new Set(mixedSamples(samples, spaces));
  return samples.reduce((sum, sample, index) => {
    const next = samples[index + 1];
    return mixed.has(sample) && next !== undefined ? sum + next.at - sample.at : sum;
  }, 0);
}

/** The least number of pods that requests could reach; undefined without samples. */
export function leastReadyPods(samples: readonly RouteSample[]): number | undefined {
  if (samples.length === 0) return undefined;
  return Math.min(...samples.map(({ pods }) => Object.keys(pods).length));
}

/**
 * How long the old version still answered somewhere after the new one had begun to anywhere, in milliseconds: 0 for a
 * switch at one instant. Undefined when the new one never answered.
 *
 * @param samples each holds until the next one
 */
export function overlapMs(samples: readonly RouteSample[], from: string, to: string): number | undefined {
  const first = samples.find(({ pods }) => Object.values(pods).flat().includes(to));
  if (first === undefined) return undefined;
  const after = samples.filter(({ at }) => at >= first.at);
  const lastOld = after.findLastIndex(({ pods }) => Object.values(pods).flat().includes(from));
  if (lastOld < 0) return 0;
  return (after[lastOld + 1]?.at ?? after[lastOld]?.at ?? first.at) - first.at;
}

/** Whether two samples say the same. */
export function sameRoutes(a: RouteSample, b: RouteSample): boolean {
  return JSON.stringify(a.pods) === JSON.stringify(b.pods);
}
