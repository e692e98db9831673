import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { embeddingSpace, parseManifest } from '@face-comparison/bundle';
import type { EngineModel } from '@face-comparison/engine';
import { FrameChannel } from '../src/lanes/frame-channel.js';
import type { LaneJob, LaneReply, LaneRequest } from '../src/lanes/protocol.js';
import { DEFAULT, ROOT } from './kit/models.js';
import { photo } from './kit/pictures.js';
import { CACHE_DIR } from './kit/server.js';

const PROGRAM = join(ROOT, 'packages/server/dist/lanes/lane-process.js');

const ANALYZE: LaneJob = {
  kind: 'analyze',
  fields: { faceHash: true, landmarks: false, quality: false },
  maxFaces: 100,
  detail: 'normal',
};

interface Reply {
  readonly header: LaneReply;
  readonly body: string;
}

/** A lane, spoken to frame by frame. */
class RawLane {
  readonly #child: ChildProcess;
  readonly #channel: FrameChannel;
  readonly #replies: Reply[] = [];
  #onReply: () => void = () => undefined;

  constructor() {
    this.#child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
    this.#channel = new FrameChannel(this.#child.stdio[3] as Duplex, ({ header, blobs }) => {
      this.#replies.push({ header: header as LaneReply, body: Buffer.concat(blobs).toString() });
      this.#onReply();
    });
  }

  send(request: LaneRequest, blobs: readonly Uint8Array[] = []): void {
    this.#channel.send(request, blobs);
  }

  /** The next reply that has not been taken yet. */
  async next(): Promise<Reply> {
    while (this.#replies.length === 0) await new Promise<void>((resolve) => (this.#onReply = resolve));
    const reply = this.#replies.shift();
    if (reply === undefined) throw new Error('there was a reply');
    return reply;
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

function modelOf(manifestPath: string): EngineModel {
  const manifest = parseManifest(readFileSync(manifestPath), manifestPath);
  const files = Object.fromEntries(manifest.files.map(({ path }) => [path, join(dirname(manifestPath), path)]));
  return { manifest, space: embeddingSpace(manifest), files };
}

describe('a lane', () => {
  let lane: RawLane;
  let id = 0;

  beforeAll(async () => {
    lane = new RawLane();
    const options = { cacheDir: join(CACHE_DIR, 'sessions') };
    lane.send({ type: 'load', model: modelOf(DEFAULT.manifestPath), options, jobs: 1 });
    expect((await lane.next()).header).toMatchObject({ type: 'loaded' });
  });

  afterAll(() => lane.end());

  const job = (work: LaneJob, isWide: boolean, blobs: readonly Uint8Array[] = []): number => {
    lane.send({ type: 'job', id: ++id, job: work, budgetMs: 3_600_000, isWide }, blobs);
    return id;
  };

  /** Answers of a wide job hold the same faces as others; vectors may differ in their last digits. */
  const facesOf = ({ header, body }: Reply): unknown[] => {
    expect(header).toMatchObject({ type: 'answer', id });
    return (JSON.parse(body) as { Faces: { Confidence: number }[] }).Faces.map(({ Confidence }) =>
      Math.round(100 * Confidence),
    );
  };

  it('does a job with one thread, with several, and with one again when it is told to in the middle of it', async () => {
    const picture = photo('sample5.jpg');
    job(ANALYZE, false, [picture]);
    const expected = facesOf(await lane.next());
    const widened = job({ kind: 'widen', threads: 2 }, false);
    expect((await lane.next()).header).toEqual({ type: 'widened', id: widened });
    job(ANALYZE, true, [picture]);
    expect(facesOf(await lane.next())).toEqual(expected);
    const running = job(ANALYZE, true, [picture]);
    // It lies behind the job in the socket, so the job is under way when it is heard, and has not ended.
    lane.send({ type: 'narrow', id: ++id });
    expect((await lane.next()).header).toEqual({ type: 'narrowed', id });
    id = running;
    expect(facesOf(await lane.next())).toEqual(expected);
  });

  it('is narrow at once when it has nothing to do', async () => {
    lane.send({ type: 'narrow', id: ++id });
    expect((await lane.next()).header).toEqual({ type: 'narrowed', id });
  });
});
