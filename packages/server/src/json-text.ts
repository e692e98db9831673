import { jsonStart } from '@face-comparison/bundle';

/**
 * The text of a JSON file, without a byte order mark.
 *
 * @param content its text, or its bytes
 * @throws JsonEncodingError for bytes in UTF-16 or UTF-32
 */
export function jsonText(content: string | Buffer): string {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return bytes.toString('utf8', jsonStart(bytes));
}
