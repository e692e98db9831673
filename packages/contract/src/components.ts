import type { TSchema } from 'typebox';

import { isJsonObject, toJson, toJsonObject, type Json, type JsonObject } from './json.js';
import {
  CalibrationSchema,
  ModelMetadataSchema,
  ModelParametersSchema,
  ModelReadySchema,
  OperatingPointSchema,
  PlannedSwitchSchema,
  ServerLiveSchema,
  ServerReadySchema,
  TensorSchema,
} from './models.js';
import { ProblemSchema } from './problem.js';
import {
  FaceComparisonResponseSchema,
  BoundingBoxSchema,
  ComparandSchema,
  CompareFormSchema,
  CompareRequestSchema,
  CompareResponseSchema,
  FaceComparisonFormSchema,
  FaceMatchSchema,
  FaceSchema,
  ImageDataSchema,
  ImageSourceSchema,
  ImageUrlSchema,
  LandmarkSchema,
  PoseSchema,
  QualitySchema,
  StoredVectorSchema,
  UnmatchedFaceSchema,
} from './schemas.js';

/** The schemas that have a name in the OpenAPI document; the SDK names its types after them. */
export const COMPONENTS = {
  ImageUrl: ImageUrlSchema,
  ImageData: ImageDataSchema,
  ImageSource: ImageSourceSchema,
  BoundingBox: BoundingBoxSchema,
  Landmark: LandmarkSchema,
  Pose: PoseSchema,
  Quality: QualitySchema,
  Face: FaceSchema,
  FaceComparisonResponse: FaceComparisonResponseSchema,
  FaceComparisonForm: FaceComparisonFormSchema,
  StoredVector: StoredVectorSchema,
  Comparand: ComparandSchema,
  CompareRequest: CompareRequestSchema,
  CompareForm: CompareFormSchema,
  FaceMatch: FaceMatchSchema,
  UnmatchedFace: UnmatchedFaceSchema,
  CompareResponse: CompareResponseSchema,
  ServerLive: ServerLiveSchema,
  ServerReady: ServerReadySchema,
  Tensor: TensorSchema,
  OperatingPoint: OperatingPointSchema,
  Calibration: CalibrationSchema,
  PlannedSwitch: PlannedSwitchSchema,
  ModelParameters: ModelParametersSchema,
  ModelMetadata: ModelMetadataSchema,
  ModelReady: ModelReadySchema,
  Problem: ProblemSchema,
} as const satisfies Record<string, TSchema>;

/** A schema by what it admits: a field may describe a component in words of its own. */
function identity(schema: JsonObject): string {
  return JSON.stringify({ ...schema, description: null, examples: null });
}

const components = new Map(
  Object.entries(COMPONENTS).map(([name, schema]) => {
    const json = toJsonObject(schema);
    return [identity(json), { name, description: json['description'] }] as const;
  }),
);

const isSchemaMap = (keyword: string) => keyword === 'properties' || keyword === 'patternProperties';
const isSchema = (keyword: string) => keyword === 'items' || keyword === 'additionalProperties';

function referInKeyword(keyword: string, value: Json): Json {
  if (isSchemaMap(keyword) && isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, refer(schema)]));
  }
  if (isSchema(keyword)) return refer(value);
  if (keyword === 'anyOf' && Array.isArray(value)) return value.map(refer);
  return value;
}

function referInside(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, referInKeyword(keyword, value)]),
  );
}

function refer(schema: Json): Json {
  if (!isJsonObject(schema)) return schema;
  const component = components.get(identity(schema));
  if (component === undefined) return referInside(schema);
  const $ref = `#/components/schemas/${component.name}`;
  const { description } = schema;
  return description === undefined || description === component.description ? { $ref } : { $ref, description };
}

/** A schema in which each component is a `$ref`. A description that differs from the component's stays beside it. */
export function schemaWithRefs(schema: TSchema): Json {
  return refer(toJson(schema));
}

/** The components themselves, by name, each once. */
export function componentSchemas(): JsonObject {
  return Object.fromEntries(
    Object.entries(COMPONENTS).map(([name, schema]) => [name, referInside(toJsonObject(schema))]),
  );
}
