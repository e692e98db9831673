import { MAX_BYTES, planUpload, type ShownPhoto } from './plan-upload.js';

const photo: ShownPhoto = { format: 'jpeg', widthPx: 4096, heightPx: 3072, sizeBytes: 4_000_000 };

describe('how a photo is sent', () => {
  it.each(['jpeg', 'png', 'bmp'] as const)('is as it is for a %s within the limits', (format) => {
    expect(planUpload({ ...photo, format })).toEqual({ kind: 'as-it-is', mediaType: `image/${format}` });
  });

  it('is smaller when it has too many pixels, and the user is told', () => {
    expect(planUpload({ ...photo, widthPx: 6000, heightPx: 8000 })).toEqual({
      kind: 'jpeg-copy',
      widthPx: 3072,
      heightPx: 4096,
      note: 'Shrunk here from 6000 × 8000 to 3072 × 4096 pixels before it was sent.',
    });
  });

  it('is as JPEG when the service does not read its format', () => {
    expect(planUpload({ ...photo, format: 'webp' })).toMatchObject({
      widthPx: 4096,
      note: 'Converted here from WebP to JPEG before it was sent.',
    });
  });

  it('is as JPEG when it has too many bytes', () => {
    expect(planUpload({ ...photo, format: 'png', sizeBytes: MAX_BYTES + 1 })).toMatchObject({
      kind: 'jpeg-copy',
      note: 'Saved here as a smaller JPEG before it was sent: it had 10 MB.',
    });
  });
});
