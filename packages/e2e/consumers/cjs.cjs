// An app of CommonJS modules. Prints what it found as JSON.
const { readFile } = require('node:fs/promises');
const {
  FaceComparison,
  FaceComparisonError,
  ImageUndecodableError,
  parse,
  serialize,
} = require('@face-comparison/client');

async function main() {
  const [baseUrl, photo] = process.argv.slice(2);
  const faces = new FaceComparison({ baseUrl });
  const image = await readFile(photo);
  const { faces: found } = await faces.analyze(image);
  const { matches } = await faces.compare(image, parse(serialize(found[0])));
  const error = await faces.analyze(image.subarray(0, 200)).catch((reason) => reason);
  console.log(
    JSON.stringify({
      faces: found.length,
      similarity: Math.round(matches[0].similarity),
      error: error instanceof ImageUndecodableError && error instanceof FaceComparisonError && error.code,
    }),
  );
}

main();
