import { isBlob } from './image-input.js';

/** A body of several parts and the Content-Type that says where they end, as the `type` of the Blob. */
export function multipart(parts: Readonly<Record<string, Blob | object | number>>): Blob {
  // Not FormData: it cannot give a Content-Type to a part that is no file, and its boundary is unknown before it is sent.
  const boundary = `face-comparison-${randomHex()}${randomHex()}`;
  const body = Object.entries(parts).flatMap(([name, part]) => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
    if (typeof part === 'number') return [`${head}\r\n\r\n${part}\r\n`];
    return isBlob(part)
      ? [`${head}; filename="${name}"\r\nContent-Type: ${part.type}\r\n\r\n`, part, '\r\n']
      : [`${head}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(part)}\r\n`];
  });
  return new Blob([...body, `--${boundary}--\r\n`], { type: `multipart/form-data; boundary=${boundary}` });
}

function randomHex(): string {
  return Math.random().toString(16).slice(2);
}
