/** A served version, as far as a rollout goes. */
export interface ServedVersion {
  readonly version: string;
  readonly default: boolean;
  readonly canaryWeight?: number | undefined;
  readonly embeddingSpace: string;
  readonly comparableWith: readonly string[];
}

/** Whether vectors of a version can be compared with those of the default one. */
export type Comparability = 'same-space' | 'declared-comparable' | 'not-comparable';

/** What a version does at the moment. */
export interface VersionRole {
  readonly version: string;
  readonly embeddingSpace: string;
  readonly role: string;
  readonly comparability: Comparability;
}

/** What is going on with the versions that are served. */
export interface Rollout {
  readonly versions: readonly VersionRole[];
  /** Whole sentences. */
  readonly summary: string;
}

/** Says what each served version does and whether its vectors go with those of the default one. */
export function describeRollout(served: readonly ServedVersion[]): Rollout {
  const standard = served.find((version) => version.default);
  const versions = served.map((version) => ({
    version: version.version,
    embeddingSpace: version.embeddingSpace,
    role: roleOf(version),
    comparability: comparabilityOf(version, standard),
  }));
  return { versions, summary: summaryOf(served, standard) };
}

function roleOf({ default: isDefault, canaryWeight }: ServedVersion): string {
  if (isDefault) return 'answers by default';
  if (canaryWeight !== undefined && canaryWeight > 0) return `answers ${canaryWeight} % of clients`;
  return 'answers who asks for it';
}

function comparabilityOf(version: ServedVersion, standard: ServedVersion | undefined): Comparability {
  if (standard === undefined || version.embeddingSpace === standard.embeddingSpace) return 'same-space';
  return standard.comparableWith.includes(version.embeddingSpace) ||
    version.comparableWith.includes(standard.embeddingSpace)
    ? 'declared-comparable'
    : 'not-comparable';
}

function summaryOf(served: readonly ServedVersion[], standard: ServedVersion | undefined): string {
  const others = served.filter((version) => version !== standard);
  if (standard === undefined || others.length === 0) return 'One version is served; no rollout is under way.';
  return others
    .map((version) => {
      const weight = version.canaryWeight ?? 0;
      const what =
        weight > 0
          ? `${version.version} is being tried on ${weight} % of clients; the others are answered by ${standard.version}.`
          : `${version.version} is loaded beside ${standard.version} and answers only who asks for it.`;
      const vectors =
        comparabilityOf(version, standard) === 'not-comparable'
          ? `Its vectors cannot be compared with those of ${standard.version}.`
          : `Its vectors can be compared with those of ${standard.version}.`;
      return `${what} ${vectors}`;
    })
    .join(' ');
}
