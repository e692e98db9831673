/** The largest number that a float16 holds. */
export const FLOAT16_MAX = 65_504;

/** 2^-24, the distance of neighbouring numbers near zero. */
const SUBNORMAL_STEP = 2 ** -24;
/** 2^-14, the least normal number. */
const LEAST_NORMAL = 2 ** -14;

/** The bits of the float16 (IEEE 754 binary16) nearest to a number; of two equally near ones the even one. */
export function toFloat16Bits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size < LEAST_NORMAL) return sign | roundHalfEven(size / SUBNORMAL_STEP);
  const exponent = Math.min(15, Math.floor(Math.log2(size)));
  // 1024..2048: a fraction that rounds up to 2048 carries into the exponent, as it should.
  const fraction = roundHalfEven((size / 2 ** exponent) * 1024);
  return sign | (((exponent + 15) << 10) + fraction - 1024);
}

/** The number that the bits of a float16 stand for. */
export function fromFloat16Bits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * SUBNORMAL_STEP;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
