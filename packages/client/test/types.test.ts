import { expectTypeOf } from 'expect-type';
import type { Calibration, ModelInfo, Problem } from '../src/generated/models.js';
import type { components } from '../src/generated/openapi.js';
import * as api from '../src/index.js';
import type {
  Analysis,
  AnalyzeOptions,
  Comparand,
  Comparison,
  Face,
  FaceComparison,
  FaceComparisonOptions,
  ImageInput,
  Landmark,
  StoredFace,
} from '../src/index.js';

type Schemas = components['schemas'];

// What is asserted of types is checked by `nx typecheck client`; running it proves only that it is a program.
describe('the types', () => {
  it('take all that is a photo, and nothing else', () => {
    expectTypeOf<Buffer>().toExtend<ImageInput>();
    expectTypeOf<File>().toExtend<ImageInput>();
    expectTypeOf<Uint8Array<SharedArrayBuffer>>().toExtend<ImageInput>();
    expectTypeOf<number[]>().not.toExtend<ImageInput>();
    expectTypeOf<NodeJS.ReadableStream>().not.toExtend<ImageInput>();
    expectTypeOf<FaceComparison['analyze']>().parameter(0).toEqualTypeOf<ImageInput>();
  });

  it('take a stored face as a side of a comparison, and not as a photo', () => {
    expectTypeOf<StoredFace | Face>().toExtend<Comparand>();
    expectTypeOf<StoredFace>().not.toExtend<ImageInput>();
    expectTypeOf<FaceComparison['compare']>().parameter(1).toEqualTypeOf<Comparand>();
  });

  it('say that a vector may be missing', () => {
    expectTypeOf<Analysis['faces'][number]['vector']>().toEqualTypeOf<Float32Array | undefined>();
    expectTypeOf<Comparison['matches'][number]['face']>().toEqualTypeOf<Face | undefined>();
    expectTypeOf<Face>().not.toExtend<StoredFace>();
    expectTypeOf<Required<Face>>().toExtend<StoredFace>();
  });

  it('take what React Native has for a file', () => {
    expectTypeOf<{ uri: string; name: string; type: string }>().toExtend<ImageInput>();
    expectTypeOf<{ uri: string; fileName: string | null; width: number }>().toExtend<ImageInput>();
  });

  it('let every option be undefined', () => {
    expectTypeOf<{ apiKey: string }>().toExtend<FaceComparisonOptions>();
    expectTypeOf<{ baseUrl: URL; apiKey: undefined; signal?: undefined }>().toExtend<FaceComparisonOptions>();
    expectTypeOf<AnalyzeOptions['retries']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<{ signal: AbortSignal | undefined; maxFaces: undefined }>().toExtend<AnalyzeOptions>();
    expectTypeOf<AnalyzeOptions['detail']>().toEqualTypeOf<'normal' | 'high' | undefined>();
  });

  it('give the response beside the result', () => {
    expectTypeOf<ReturnType<FaceComparison['analyze']>>().toExtend<Promise<Analysis>>();
    expectTypeOf<ReturnType<ReturnType<FaceComparison['compare']>['withResponse']>>().toEqualTypeOf<
      Promise<{ readonly data: Comparison; readonly response: Response }>
    >();
  });

  it('narrow an error to its code', () => {
    const error: unknown = new api.RateLimitedError('slow down');
    if (error instanceof api.RateLimitedError) expectTypeOf(error.code).toEqualTypeOf<'rate_limited'>();
    expectTypeOf<api.ErrorCode | api.ClientErrorCode>().toExtend<api.FaceComparisonError['code']>();
    expectTypeOf<string>().toExtend<api.FaceComparisonError['code']>();
    type OfTheClient = api.AbortError | api.InvalidInputError | api.NetworkError | api.RequestError;
    expectTypeOf<
      OfTheClient['code'] | api.TimeoutError['code'] | api.UnexpectedResponseError['code']
    >().toEqualTypeOf<api.ClientErrorCode>();
    // Open, so that a code that is added later breaks nobody.
    expectTypeOf<string>().toEqualTypeOf<Schemas['Problem']['code']>();
  });

  it('of models and problems have the members that the contract gives them', () => {
    expectTypeOf<keyof ModelInfo>().toEqualTypeOf<keyof Schemas['ModelMetadata']>();
    expectTypeOf<Schemas['ModelMetadata']>().toExtend<ModelInfo>();
    expectTypeOf<keyof Problem>().toEqualTypeOf<keyof Schemas['Problem']>();
    expectTypeOf<Schemas['Problem']>().toExtend<Problem>();
    expectTypeOf<Schemas['Calibration']>().toExtend<Calibration>();
  });

  it('know every landmark of the contract', () => {
    expectTypeOf<Landmark['type']>().toEqualTypeOf<Schemas['Landmark']['Type']>();
  });

  it('let similarity be computed with the calibration of a model, and with its curve alone', () => {
    expectTypeOf<Calibration>().toExtend<Parameters<typeof api.similarity>[2]>();
    expectTypeOf<{ slope: number; midpoint: number }>().toExtend<Parameters<typeof api.similarity>[2]>();
  });

  it('come with nothing at run time but functions and classes', () => {
    for (const [name, value] of Object.entries(api)) expect([name, typeof value]).toEqual([name, 'function']);
  });
});
