import {
  FaceComparison,
  FaceComparisonError,
  NoFaceFoundError,
  RateLimitedError,
  UnsupportedImageFormatError,
} from '@face-comparison/client';

const faces = new FaceComparison({ baseUrl: 'https://faces.example.com' });

async function compare(source: Blob, target: Blob): Promise<string> {
  try {
    const { matches } = await faces.compare(source, target);
    return matches.length > 0 ? 'the same person' : 'different people';
  } catch (error) {
    if (error instanceof NoFaceFoundError) return 'there is no face in the first photo';
    if (error instanceof UnsupportedImageFormatError) {
      return `only ${String(error.problem?.acceptedFormats)} can be read, not ${String(error.problem?.detectedFormat)}`;
    }
    if (error instanceof RateLimitedError) return `try again in ${String(error.retryAfterMs)} ms`;
    if (error instanceof FaceComparisonError) {
      return `${error.code} (${error.retryable ? 'try again later' : 'for good'}), request ${String(error.requestId)}`;
    }
    throw error;
  }
}

console.log(await compare(new Blob(['GIF89a, a picture that moves']), new Blob(['another'])));
