/** An image, as the values of the chart have it. */
export interface ImageReference {
  readonly repository: string;
  readonly tag?: string;
  /** sha256:... */
  readonly digest?: string;
}

/**
 * Takes an image apart: registry.example.com:5000/faces/server:0.1.0@sha256:... A colon before the last slash belongs to the
 * port of the registry.
 */
export function parseImage(image: string): ImageReference {
  const [tagged = '', digest] = image.split('@');
  const colon = tagged.lastIndexOf(':');
  const hasTag = colon > tagged.lastIndexOf('/');
  return {
    repository: hasTag ? tagged.slice(0, colon) : tagged,
    ...(hasTag ? { tag: tagged.slice(colon + 1) } : {}),
    ...(digest === undefined ? {} : { digest }),
  };
}
