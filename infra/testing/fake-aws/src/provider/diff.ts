import { kindOf } from '../catalogue/catalogue.js';
import type { Props } from '../catalogue/kind.js';
import { isRecord } from '../account/paths.js';
import { same } from '../account/same.js';

/** What differs between what is and what the program wants. */
export interface Difference {
  /** Paths such as `scalingConfig.maxSize` or `subnetIds[1]`. */
  readonly paths: readonly string[];
  /** Those that need a new resource. */
  readonly replaces: readonly string[];
  /** Two of it cannot exist at once under the name the program gave it. */
  readonly deleteBeforeReplace: boolean;
}

/** Removes what the program said to ignore. The engine has put the old values in its place already; this is for imports. */
export const isIgnored = (path: string, ignoreChanges: readonly string[]): boolean =>
  ignoreChanges.some((ignore) => path === ignore || path.startsWith(`${ignore}.`) || path.startsWith(`${ignore}[`));

/**
 * Compares old and new inputs as pulumi-aws does.
 *
 * @param tags The tags before and after, those of the provider among them: a change of the provider's default tags changes every
 *   resource.
 */
export function difference(
  type: string,
  olds: Props,
  news: Props,
  ignoreChanges: readonly string[] = [],
  tags: { readonly before?: unknown; readonly after?: unknown } = {},
): Difference {
  const kind = kindOf(type);
  const paths = changedPaths(olds, news).filter((path) => !isIgnored(path, ignoreChanges));
  const replaces = paths.filter((path) =>
    (kind.replaceOn ?? []).some(
      (key) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`) || key.startsWith(`${path}.`),
    ),
  );
  const tagged =
    tags.after !== undefined && !same(tags.before, tags.after) && !paths.some((path) => path.startsWith('tags'));
  return {
    paths: tagged ? [...paths, 'tagsAll'] : paths,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && keepsName(kind, olds, news),
  };
}

/** The same name that the program gave: the old one has to go first. */
function keepsName(kind: ReturnType<typeof kindOf>, olds: Props, news: Props): boolean {
  const by = kind.unique?.by ?? (kind.autoname === undefined ? [] : [kind.autoname]);
  const madeUp = Array.isArray(news['__defaults']) ? news['__defaults'] : [];
  return by.length > 0 && by.every((key) => same(olds[key], news[key]) && !madeUp.includes(key));
}

/** The paths at which two values differ, as deep as they go. */
export function changedPaths(before: unknown, after: unknown, path = ''): string[] {
  if (same(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => key !== '__defaults');
    return keys.flatMap((key) => changedPaths(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => changedPaths(before[index], after[index], `${path}[${index}]`)).flat();
  }
  return [path];
}
