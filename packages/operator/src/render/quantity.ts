// Quantities of Kubernetes (https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity). The API server stores them in
// a canonical form: 1.5Gi comes back as 1536Mi. What is rendered has that form already, so that what is there can be
// compared with what is wanted.

const DECIMAL_SUFFIXES: Readonly<Record<string, number>> = {
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Resources are counted in thousandths; what is finer is rounded up. */
const MILLI = 1000n;

interface Parsed {
  /** The number in thousandths. */
  readonly millis: bigint;
  readonly format: 'binary' | 'decimal' | 'exponent';
}

/**
 * The number that a quantity means: bytes, cores.
 *
 * @returns undefined for what is no quantity
 */
export function quantityValue(quantity: number | string): number | undefined {
  const parsed = parse(`${quantity}`);
  return parsed && Number(parsed.millis) / Number(MILLI);
}

/** The quantity as the API server stores it; a text that is no quantity as it is, for the API server to refuse. */
export function canonicalQuantity(quantity: number | string): string {
  const text = `${quantity}`;
  const parsed = parse(text);
  if (parsed === undefined) return text;
  const { millis, format } = parsed;
  if (millis === 0n) return '0';
  const isWhole = millis % MILLI === 0n;
  const magnitude = millis < 0n ? -millis : millis;
  if (format === 'binary' && isWhole && magnitude >= 1024n * MILLI) {
    const [value, power] = withoutFactors(millis / MILLI, 1024n, BINARY_SUFFIXES.length - 1);
    return `${value}${BINARY_SUFFIXES[power] ?? ''}`;
  }
  const [value, power] = withoutFactors(millis, 1000n, 7);
  const exponent = power * 3 - 3;
  if (format === 'exponent') return exponent === 0 ? `${value}` : `${value}e${exponent}`;
  const suffix = Object.keys(DECIMAL_SUFFIXES).find((key) => DECIMAL_SUFFIXES[key] === exponent) ?? '';
  return `${value}${suffix}`;
}

function parse(text: string): Parsed | undefined {
  const [, sign = '', whole = '', fraction = '', suffix = '', exponent = '0'] =
    /^([+-]?)(\d+)(?:\.(\d+))?(?:([KMGTPE]i|[mkMGTPE])|[eE]([+-]?\d{1,2}))?$/.exec(text) ?? [];
  if (whole === '') return undefined;
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const binary = suffix.length === 2 ? 1024n ** BigInt(BINARY_SUFFIXES.indexOf(suffix)) : 1n;
  const power = 3 - fraction.length + (DECIMAL_SUFFIXES[suffix] ?? 0) + Number(exponent);
  const millis =
    power >= 0 ? digits * binary * 10n ** BigInt(power) : roundedUp(digits * binary, 10n ** BigInt(-power));
  const isExponent = suffix === '' && /[eE]/.test(text);
  return { millis, format: suffix.length === 2 ? 'binary' : isExponent ? 'exponent' : 'decimal' };
}

/** The quotient, away from zero. */
function roundedUp(value: bigint, divisor: bigint): bigint {
  const rest = value % divisor;
  return value / divisor + (rest > 0n ? 1n : rest < 0n ? -1n : 0n);
}

/** The value divided by the factor as often as it goes without a rest, and how often that was. */
function withoutFactors(value: bigint, factor: bigint, atMost: number): [value: bigint, times: number] {
  let times = 0;
  let left = value;
  while (times < atMost && left % factor === 0n) {
    left /= factor;
    times += 1;
  }
  return [left, times];
}
