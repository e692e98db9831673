import type { PhotoSpec } from './photos.js';

/** What one run measures. */
export interface Plan {
  readonly photos: readonly { readonly photo: PhotoSpec; readonly concurrencies: readonly number[] }[];
  readonly rounds: number;
  /** Least time of one measurement. */
  readonly seconds: number;
  /** Whether what no ratio needs is measured, too: a second version's memory, other numbers of lanes, the load of 80 %. */
  readonly measuresMoreThanRatios: boolean;
  readonly warmStarts: number;
  /** Whether the best setting of the peer is searched; else it has as many workers as there are lanes, one thread each. */
  readonly searchesPeer: boolean;
  /** Whether onnxruntime is measured alone on the int8 files, too. */
  readonly hasRawInt8: boolean;
}

const SIZES = [
  [640, 480],
  [1920, 1080],
  [4096, 3072],
] as const;

/** The photo of which the load of 80 % and the scaling over lanes are measured: a portrait as phones send it. */
export const PORTRAIT: PhotoSpec = { widthPx: 1920, heightPx: 1080, faces: 1 };

/** The photos with which the best setting of the peer is searched: with few faces and with many. */
export const PEER_SEARCH_PHOTOS: readonly PhotoSpec[] = [PORTRAIT, { ...PORTRAIT, faces: 20 }];

/** Twenty minutes on two cores. */
export const FULL: Plan = {
  photos: [1, 4, 20].flatMap((faces) =>
    SIZES.map(([widthPx, heightPx]) => ({
      photo: { widthPx, heightPx, faces },
      // With more faces a request is so long that more of them at a time only wait longer.
      concurrencies: faces === 1 ? [1, 2, 4, 8, 16, 32] : [1, 4],
    })),
  ),
  rounds: 3,
  seconds: 2,
  measuresMoreThanRatios: true,
  warmStarts: 3,
  searchesPeer: true,
  hasRawInt8: true,
};

/**
 * A minute on two cores. Its photos are among those of the full plan, so that both can be compared. Ratios are taken where
 * throughput is best, which is not with one request at a time.
 */
export const QUICK: Plan = {
  photos: [
    { photo: { widthPx: 640, heightPx: 480, faces: 1 }, concurrencies: [1, 4] },
    { photo: PORTRAIT, concurrencies: [4] },
    { photo: { widthPx: 640, heightPx: 480, faces: 4 }, concurrencies: [4] },
  ],
  rounds: 2,
  seconds: 1,
  measuresMoreThanRatios: false,
  warmStarts: 1,
  searchesPeer: false,
  hasRawInt8: false,
};
