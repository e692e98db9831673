import { kindOf, rowOf } from '../catalogue/catalogue.js';
import type { Props } from '../catalogue/kind.js';
import { sdkSchema } from '../catalogue/sdk-schema.js';
import { identify, outputsOf, tagsOf, type Request } from '../account/describe.js';
import { isRecord, merge } from '../account/paths.js';
import { revealAll, unknownValue } from './wire.js';

/** `__defaults` is for the next check alone. */
const withoutDefaults = ({ __defaults, ...inputs }: Props): Props => inputs;

/** The same keys, with nothing known of the values. */
const unknownIn = (props: Props): Props =>
  Object.fromEntries(
    Object.entries(props).map(([key, value]) => [key, isRecord(value) ? unknownIn(value) : unknownValue]),
  );

/** What is known of a resource before it is made: its inputs and tags. All that AWS adds is not, deep inside neither. */
export function previewOfCreate(type: string, inputs: Props, settings: Omit<Request, 'row' | 'inputs'>): Props {
  const request: Request = { ...settings, row: rowOf(type), inputs: revealAll(inputs) };
  const { id, tagsAll, ...added } = outputsOf(request, identify(request, ''));
  const schema = sdkSchema(request.row);
  const outputs = Object.fromEntries([...(schema?.outputs ?? [])].map((key) => [key, unknownValue]));
  const known = schema?.inputs.has('tags') === true ? { tagsAll: tagsOf(request) } : {};
  return { ...merge({ ...outputs, ...unknownIn(added) }, withoutDefaults(inputs)), ...known };
}

/** What is known of a resource before it is changed: what it was, with the new inputs. */
export function previewOfUpdate(type: string, olds: Props, inputs: Props): Props {
  const changing = (kindOf(type).changingOutputs ?? []).map((key): [string, unknown] => [key, unknownValue]);
  return { ...merge(olds, withoutDefaults(inputs)), ...Object.fromEntries(changing) };
}
