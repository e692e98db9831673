/**
 * How much one core does, from docs/benchmarks/bench.md: requests a second at the concurrency at which it is highest, over
 * the cores of that machine. One of its cores counts as one virtual CPU.
 */
export const MEASURED = {
  on: '2026-11-26',
  machine: '2 cores of AMD EPYC (avx512_vnni)',
  cores: 2,
  photo: '1920x1080, 1 face',
  requestsPerSecond: 26.4,
  /** The same with models/default-int8. */
  int8RequestsPerSecond: 44.0,
  /** Largest photo that the arithmetic speaks of; such a photo has 0.2 to 1 MB. */
  photoMegabytes: 1,
} as const;

/** Images a second on one virtual CPU that has nothing else to do. */
export const IMAGES_PER_SECOND_PER_VCPU = MEASURED.requestsPerSecond / MEASURED.cores;

/** Bytes of an answer with one face: its box and 768 numbers as JSON; three faces were answered with 22,039. */
export const ANSWER_BYTES = 7_500;

/** Bytes of a line of the access log. */
export const LOG_LINE_BYTES = 500;
