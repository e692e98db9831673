import { errorFromStatus, isStatus } from '../errors.js';

/** One line of a watch. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  /** The object; of a BOOKMARK only `metadata.resourceVersion` is there. */
  readonly object: T;
}

/** The lines of a stream of bytes, which breaks them, and their characters, anywhere. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  // Pieces of a line are joined once, when it is whole: a large object comes in many.
  let pieces: string[] = [];
  for await (const chunk of chunks) {
    const [first = '', ...rest] = decoder.decode(chunk, { stream: true }).split('\n');
    pieces.push(first);
    for (const next of rest) {
      const line = pieces.join('');
      pieces = [next];
      if (line.trim()) yield line;
    }
  }
}

/**
 * An event of a watch.
 * @throws KubeError for an ERROR event, which comes inside an answer that began with 200 (`gone` if it says 410)
 */
export function parseWatchEvent(action: string, line: string): { type: WatchEvent<unknown>['type']; object: object } {
  const event: unknown = JSON.parse(line);
  if (typeof event !== 'object' || event === null || !('type' in event) || !('object' in event)) {
    throw errorFromStatus(action, { message: `not an event of a watch: ${line.slice(0, 200)}` });
  }
  const { type, object } = event;
  if (type === 'ERROR') throw errorFromStatus(action, isStatus(object) ? object : { message: JSON.stringify(object) });
  if (
    (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK') &&
    typeof object === 'object' &&
    object !== null
  ) {
    return { type, object };
  }
  throw errorFromStatus(action, { message: `unknown kind of event ${JSON.stringify(type)}` });
}
