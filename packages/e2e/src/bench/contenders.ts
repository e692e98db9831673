/**
 * Who is measured: this service on the default model and on its int8 form, the Python peer, and onnxruntime alone on the
 * files of both models.
 */
export type Contender = ServiceName | RawName;
export type ServiceName = 'ours' | 'int8' | 'peer';
export type RawName = 'raw' | 'raw-int8';

/** A service under measurement. */
export interface Service {
  readonly contender: ServiceName;
  readonly baseUrl: string;
  readonly pid: number | undefined;
  readonly metricsUrl: string | undefined;
}

/** Where the networks run, as the server's flag has it. */
export const ACCELERATORS = ['none', 'nvidia'] as const;
export type Accelerator = (typeof ACCELERATORS)[number];

/** What is divided by what. Above 1 is in favour of the first. */
export const RATIOS = {
  fp32_vs_peer: { of: 'ours', to: 'peer' },
  int8_vs_peer: { of: 'int8', to: 'peer' },
  fp32_vs_raw: { of: 'ours', to: 'raw' },
  int8_vs_raw: { of: 'int8', to: 'raw-int8' },
  int8_vs_fp32: { of: 'int8', to: 'ours' },
} as const satisfies Record<string, { readonly of: Contender; readonly to: Contender }>;

export type RatioName = keyof typeof RATIOS;

/** In the order of the page. */
export const RATIO_NAMES = Object.keys(RATIOS) as readonly RatioName[];
