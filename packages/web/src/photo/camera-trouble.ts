/** Why there is no picture from the camera, and what to do, by the names of errors that getUserMedia has. */
export function cameraTrouble(error: unknown, secureContext: boolean): string {
  if (!secureContext) {
    return 'Browsers give a camera to pages over https (or on localhost) only. Open this page over https, or choose a photo instead.';
  }
  switch (nameOf(error)) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'The camera was not allowed. Allow it for this page in the settings of the browser, or choose a photo instead.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'This device has no camera that the browser can use. Choose a photo instead.';
    case 'NotReadableError':
    case 'AbortError':
      return 'The camera is there and gives no picture; another program may be using it. Close that and try again.';
    default:
      return 'The camera gives no picture. Choose a photo instead.';
  }
}

/** A DOMException is no Error in every browser. */
function nameOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
}
