import type { Duplex } from 'node:stream';

/** A message: a small JSON header and binary blobs that travel beside it, neither copied nor encoded. */
export interface Frame {
  readonly header: unknown;
  readonly blobs: readonly Buffer[];
}

/** Lengths before a frame: of the header, and of all blobs together, each 32 bits little-endian. */
const PREFIX_BYTES = 8;

/** A frame larger than this means that the other side has lost its mind. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024;

interface Envelope {
  readonly header: unknown;
  readonly lengths: readonly number[];
}

/**
 * Frames over a byte stream between two processes of ours. Node's own IPC would serialise a 10 MB photo on the
 * HTTP thread; here it is handed to the socket as it is.
 */
export class FrameChannel {
  readonly #stream: Duplex;
  #prefix = Buffer.alloc(0);
  #body: { readonly headerBytes: number; readonly bytes: Buffer; filled: number } | undefined;

  /** @param onFrame called for each frame, in order. A stream that breaks the format is destroyed with an error. */
  constructor(stream: Duplex, onFrame: (frame: Frame) => void) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => {
      try {
        this.#read(chunk, onFrame);
      } catch (error) {
        stream.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  send(header: unknown, blobs: readonly Uint8Array[] = []): void {
    const envelope: Envelope = { header, lengths: blobs.map((blob) => blob.byteLength) };
    const head = Buffer.from(JSON.stringify(envelope));
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt32LE(head.byteLength, 0);
    prefix.writeUInt32LE(
      blobs.reduce((sum, blob) => sum + blob.byteLength, 0),
      4,
    );
    this.#stream.cork();
    this.#stream.write(prefix);
    this.#stream.write(head);
    for (const blob of blobs) if (blob.byteLength > 0) this.#stream.write(blob);
    this.#stream.uncork();
  }

  #read(input: Buffer, onFrame: (frame: Frame) => void): void {
    let chunk = input;
    while (chunk.length > 0) {
      if (this.#body === undefined) {
        const need = PREFIX_BYTES - this.#prefix.length;
        this.#prefix = Buffer.concat([this.#prefix, chunk.subarray(0, need)]);
        chunk = chunk.subarray(need);
        if (this.#prefix.length < PREFIX_BYTES) return;
        const headerBytes = this.#prefix.readUInt32LE(0);
        const total = headerBytes + this.#prefix.readUInt32LE(4);
        if (total > MAX_FRAME_BYTES)
          throw new Error(`a frame of ${total} bytes is over the limit of ${MAX_FRAME_BYTES}`);
        this.#prefix = Buffer.alloc(0);
        this.#body = { headerBytes, bytes: Buffer.allocUnsafe(total), filled: 0 };
      }
      const body = this.#body;
      const copied = chunk.copy(body.bytes, body.filled);
      body.filled += copied;
      chunk = chunk.subarray(copied);
      if (body.filled < body.bytes.length) return;
      this.#body = undefined;
      onFrame(parseFrame(body.bytes, body.headerBytes));
    }
  }
}

function parseFrame(bytes: Buffer, headerBytes: number): Frame {
  const envelope = JSON.parse(bytes.subarray(0, headerBytes).toString()) as Envelope;
  let at = headerBytes;
  const blobs = envelope.lengths.map((length) => bytes.subarray(at, (at += length)));
  return { header: envelope.header, blobs };
}
