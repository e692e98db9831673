import structpb from 'google-protobuf/google/protobuf/struct_pb.js';
import { isObject, type JsonObject } from '../pulumi/json.js';

/** Stands for a value that is not known before an update, as Pulumi sends it. */
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

/** The properties of a message. */
export function fromStruct(struct: structpb.Struct | undefined): JsonObject {
  return struct?.toJavaScript() ?? {};
}

/** Properties for a message; members that are undefined are left out. */
export function toStruct(properties: JsonObject): structpb.Struct {
  const struct = new structpb.Struct();
  for (const [key, value] of Object.entries(properties)) {
    if (value !== undefined) struct.getFieldsMap().set(key, toValue(value));
  }
  return struct;
}

/** A value that the engine keeps encrypted. */
export function secret(value: unknown): JsonObject {
  return { [SIGNATURE]: SECRET, value };
}

export function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) ? Object.values(value).some(hasUnknown) : value === UNKNOWN;
}

function toValue(value: unknown): structpb.Value {
  const message = new structpb.Value();
  if (value === null) return message.setNullValue(structpb.NullValue.NULL_VALUE);
  if (typeof value === 'string') return message.setStringValue(value);
  if (typeof value === 'number') return message.setNumberValue(value);
  if (typeof value === 'boolean') return message.setBoolValue(value);
  if (Array.isArray(value)) return message.setListValue(new structpb.ListValue().setValuesList(value.map(toValue)));
  if (isObject(value)) return message.setStructValue(toStruct(value));
  throw new Error(`a ${typeof value} cannot be sent to the engine`);
}
