/**
 * The sum of a counter over its label sets, in the text of GET /metrics.
 *
 * @param wanted whether a label set counts, such as `{controller="facemodel",result="success"}`
 */
export function metricSum(text: string, name: string, wanted: (labels: string) => boolean = () => true): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    const [, labels = '', value] = new RegExp(`^${name}(\\{[^}]*\\})?\\s+(\\S+)`).exec(line) ?? [];
    if (value !== undefined && wanted(labels)) sum += Number(value);
  }
  return sum;
}
