import { FaceComparison, FaceComparisonError } from '@face-comparison/client';

const service = new URLSearchParams(location.search).get('service') ?? '/';
const output = document.querySelector('output');
const [source, target] = document.querySelectorAll<HTMLInputElement>('input[type=file]');

const faces = new FaceComparison({ baseUrl: service });

async function compare(a: File, b: File): Promise<string> {
  try {
    const { matches } = await faces.compare(a, b);
    return matches.length > 0 ? `${String(matches[0]?.similarity)} %` : 'different people';
  } catch (error) {
    return error instanceof FaceComparisonError ? error.code : String(error);
  }
}

document.querySelector('form')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const [a, b] = [source?.files?.[0], target?.files?.[0]];
  if (a && b && output) void compare(a, b).then((text) => (output.textContent = text));
});
