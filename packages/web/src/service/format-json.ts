/** How many numbers of a vector are shown. */
const SHOWN_NUMBERS = 4;

/** Stands around text that is no JSON string: a private-use character, which JSON does not escape and nobody sends. */
const MARK = '\uE000';

/** The answer of the service for reading: indented, vectors cut after a few numbers, number lists on one line. */
export function formatJson(text: string): string {
  const indented = JSON.stringify(JSON.parse(text), shorten, 2);
  return indented.replaceAll(new RegExp(`"${MARK}(.*)${MARK}"`, 'g'), '$1');
}

function shorten(_name: string, value: unknown): unknown {
  if (!Array.isArray(value) || value.length <= SHOWN_NUMBERS || !value.every((item) => typeof item === 'number')) {
    return value;
  }
  return `${MARK}[${value.slice(0, SHOWN_NUMBERS).join(', ')}, … ${value.length - SHOWN_NUMBERS} more]${MARK}`;
}
