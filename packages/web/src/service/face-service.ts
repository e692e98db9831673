import { FaceComparison, type Analysis, type ModelInfo } from '@face-comparison/client';

/** A served model: what answers by default, and every version that is loaded. */
export interface ServedModel {
  readonly standard: ModelInfo;
  /** The default one among them. */
  readonly versions: readonly ModelInfo[];
}

/** The service that this page came from, as far as the page needs it. */
export interface FaceService {
  /** @returns the faces with their vectors, and the answer as it came */
  analyze(
    photo: Blob,
    options: { readonly detail: 'normal' | 'high'; readonly signal?: AbortSignal },
  ): Promise<{ readonly analysis: Analysis; readonly json: string }>;
  models(): Promise<ServedModel>;
}

/** How to reach it. */
export interface FaceServiceOptions {
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly modelVersion?: string | undefined;
  readonly modelName?: string | undefined;
}

/** The service through its SDK. */
export function createFaceService(options: FaceServiceOptions): FaceService {
  const client = new FaceComparison(options);
  return {
    analyze: async (photo, { detail, signal }) => {
      let json = '';
      const recording = client.withOptions({
        fetch: async (input, init) => {
          const answer = await fetch(input, init);
          json = await answer.clone().text();
          return answer;
        },
      });
      const analysis = await recording.analyze(photo, { detail, signal });
      return { analysis, json };
    },
    models: async () => {
      const standard = await client.models();
      const versions = await Promise.all(
        standard.versions.map(async (version) =>
          version === standard.parameters.version ? standard : await client.model(version),
        ),
      );
      return { standard, versions };
    },
  };
}
