import { FaceComparison, FaceComparisonError } from '@face-comparison/client';

const faces = new FaceComparison({ baseUrl: 'https://faces.example.com' });

/** As expo-image-picker and react-native-image-picker return it, with `file:` on iOS and `content:` on Android. */
interface PickedPhoto {
  readonly uri: string;
}

export async function compare(passport: PickedPhoto, selfie: PickedPhoto): Promise<string> {
  try {
    const { matches } = await faces.compare(passport, selfie);
    return matches.length > 0 ? 'the same person' : 'different people';
  } catch (error) {
    return error instanceof FaceComparisonError ? error.code : String(error);
  }
}
