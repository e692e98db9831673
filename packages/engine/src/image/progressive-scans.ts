import type { JpegFrame } from './jpeg-scan.js';

/** Which bits of which coefficients the scans of a JPEG have brought so far. */
export class ProgressiveScans {
  /** By the id of a component: the lowest bit that each of its 64 coefficients is known to. */
  readonly #lowestBits = new Map<number, Uint8Array>();

  /** @param header the payload of the scan's header (SOS) */
  add(header: Uint8Array): void {
    const count = header[0] ?? 0;
    const [first = 0, last = 63, bits = 0] = header.subarray(1 + 2 * count);
    for (let i = 0; i < count; i++) {
      const id = header[1 + 2 * i] ?? 0;
      const lowest = this.#lowestBits.get(id) ?? new Uint8Array(64).fill(15);
      this.#lowestBits.set(id, lowest.fill(bits & 15, first, last + 1));
    }
  }

  /** Whether there is nothing left that another scan could bring. */
  areComplete({ components }: JpegFrame): boolean {
    return components.every(({ id }) => this.#lowestBits.get(id)?.every((bit) => bit === 0) ?? false);
  }
}
