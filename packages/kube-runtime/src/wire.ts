/**
 * The JSON form of one of client-node's model types.
 *
 * client-node's models are not what the API server sends: they type instants as `Date` (and `V1MicroTime`), rename fields
 * that are reserved words (`from` of a NetworkPolicy is `_from`, `x-kubernetes-validations` is `x_kubernetes_validations`),
 * and its serializer drops fields it does not know. The runtime speaks plain JSON, whose types these are: instants are
 * RFC 3339 strings and every field has its own name. So what is read can be compared with what is wanted, field by field.
 */
export type Wire<T> = 0 extends 1 & T
  ? unknown
  : T extends Date
    ? string
    : T extends readonly (infer Element)[]
      ? Wire<Element>[]
      : T extends object
        ? { [K in keyof T as WireName<K>]: Wire<T[K]> }
        : T;

type WireName<K> = K extends `x_kubernetes_${infer Rest}`
  ? `x-kubernetes-${Dashed<Rest>}`
  : K extends `_${infer Name}`
    ? Name
    : K;

type Dashed<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}-${Dashed<Tail>}` : S;

/** An instant as metav1.Time: RFC 3339 with seconds. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/**
 * An instant as metav1.MicroTime: RFC 3339 with exactly six digits of a second. The API server answers 400 to fewer, so
 * `Date.toISOString()` will not do for a Lease or an Event.
 */
export function microTime(ms: number): string {
  const micros = Math.round((ms - Math.floor(ms)) * 1000) % 1000;
  return new Date(Math.floor(ms)).toISOString().replace(/Z$/, `${String(micros).padStart(3, '0')}Z`);
}
