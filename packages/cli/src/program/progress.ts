/** `label [#####...............] 50/200 (25 %) 5.0/s, 30 s to go` */
export function progressLine(label: string, done: number, total: number, elapsedS: number, began = 0): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.floor(20 * share);
  const rate = elapsedS > 0 ? (done - began) / elapsedS : 0;
  const rest =
    done >= total ? `took ${duration(elapsedS)}` : rate > 0 ? `${duration((total - done) / rate)} to go` : '';
  const bar = `${'#'.repeat(filled)}${'.'.repeat(20 - filled)}`;
  return `${label} [${bar}] ${done}/${total} (${Math.floor(100 * share)} %) ${rate.toFixed(1)}/s${rest === '' ? '' : `, ${rest}`}`;
}

/** `42 s`, `7 min`, `2 h 5 min` */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 120) return `${whole} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
