import { createHash } from 'node:crypto';
import type { Props } from '../catalogue/kind.js';
import { nameOf } from '../provider/urn.js';
import { isRecord, textAt } from '../account/paths.js';
import { releaseType } from './object.js';

/** Fills in the name as pulumi-kubernetes does: `<logical name>-<8 digits>`, kept on the next run. */
export function checkObject(type: string, urn: string, olds: Props, news: Props, seed: Uint8Array): Props {
  const path = type === releaseType ? 'name' : 'metadata.name';
  const metadata = isRecord(news['metadata']) ? news['metadata'] : {};
  const given: unknown = type === releaseType ? news['name'] : metadata['name'];
  if (given !== undefined) return news;
  const kept = olds['__autonamed'] === true ? textAt(olds, path) : '';
  const name =
    kept === '' ? `${nameOf(urn)}-${createHash('sha1').update(seed).update(urn).digest('hex').slice(0, 8)}` : kept;
  return type === releaseType
    ? { ...news, name, __autonamed: true }
    : { ...news, metadata: { ...metadata, name }, __autonamed: true };
}
