import { useFakeIdleTime } from '../test/idle-time.js';
import type { RemoteFile } from './sources/remote-file.js';
import { transfer, type Sink } from './transfer.js';

const policy = { idleMs: 1000, retryBaseMs: 1 };
const signal = new AbortController().signal;

beforeEach(useFakeIdleTime);
afterEach(() => jest.useRealTimers());

class MemorySink implements Sink {
  length = 0;

  append(chunk: Uint8Array): Promise<void> {
    this.length += chunk.length;
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.length = 0;
    return Promise.resolve();
  }
}

it('lets a slow source take its time, as long as it sends something', async () => {
  let opened = 0;
  const file: RemoteFile = {
    name: 'https://host/file',
    open: (_resume, stop) => {
      opened++;
      async function* chunks(): AsyncGenerator<Uint8Array> {
        for (let piece = 0; piece < 8; piece++) {
          await Promise.resolve();
          jest.advanceTimersByTime(900);
          stop.throwIfAborted();
          yield Buffer.alloc(10);
        }
      }
      return Promise.resolve({ startsAt: 0, totalBytes: 80, etag: undefined, chunks: chunks() });
    },
  };
  const sink = new MemorySink();
  expect(await transfer(file, sink, { exactBytes: 80 }, policy, signal)).toEqual({ resumed: false });
  expect([sink.length, opened]).toEqual([80, 1]);
});
