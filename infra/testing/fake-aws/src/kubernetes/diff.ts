import type { Props } from '../catalogue/kind.js';
import { changedPaths, isIgnored, type Difference } from '../provider/diff.js';
import { releaseType } from './object.js';

/** What of an object cannot be changed: another of these is another object. */
const replaceOn = (type: string): readonly string[] => {
  if (type === releaseType) return ['name', 'namespace'];
  if (type.endsWith('/FaceModel')) return ['metadata.name', 'metadata.namespace', 'spec'];
  return ['metadata.name', 'metadata.namespace'];
};

/** Compares what the program asked for with what it asks for now. */
export function objectDifference(type: string, olds: Props, news: Props, ignoreChanges: readonly string[]): Difference {
  const paths = changedPaths(olds, news).filter((path) => !isIgnored(path, ignoreChanges));
  const replaces = paths.filter((path) => replaceOn(type).some((key) => path === key || path.startsWith(`${key}.`)));
  const renamed = replaces.some((path) => /(?:^|\.)(?:name|namespace)$/.test(path));
  return { paths, replaces, deleteBeforeReplace: replaces.length > 0 && !renamed && news['__autonamed'] !== true };
}
