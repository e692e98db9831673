"""Makes everything in golden/ from golden/photos/*.jpg with the reference implementation, then seals the manifest.

    python golden.py            run it after embedder.onnx or the heads, weights or alignment in manifest.json changed

golden/crops/*.png + golden/vectors.f32       aligned crops and their vectors: every runtime checks itself against them
golden/photos/expected.json + vectors.f32     every face of the photos, for tests that begin with a whole photo
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

import manifest_file
from reference import Reference, by_area, decode

BUNDLE = Path(__file__).resolve().parent.parent
GOLDEN = BUNDLE / 'golden'
FACES_PER_PHOTO = {'sample1': 1, 'sample2': 1, 'sample3': 1, 'sample4': 1, 'sample5': 2, 'sample6': 2}
"""How many crops to keep of each photo, largest faces first."""

TOLERANCES = {
    'boxShareOfWidth': 0.02,
    'landmarkShareOfWidth': 0.02,
    'confidence': 0.03,
    'minCosine': 0.98,
    'minCosineSamePixels': 0.9999,
}
"""For a port: `minCosine` with another JPEG decoder or resizer, `minCosineSamePixels` for equal crops."""


def main() -> None:
    reference = Reference(BUNDLE / 'manifest.json')
    (GOLDEN / 'crops').mkdir(parents=True, exist_ok=True)
    for stale in (GOLDEN / 'crops').glob('*.png'):
        stale.unlink()
    photos, vectors, golden_crops, golden_rows = [], [], [], []
    for path in sorted((GOLDEN / 'photos').glob('*.jpg')):
        rgb = decode(path)
        faces = by_area(reference.detect(rgb))
        crops = np.stack([reference.crop(rgb, face) for face in faces])
        # One face a run: a batch may be summed in another order.
        rows = np.concatenate([reference.vectors(crop[None]) for crop in crops])
        vectors.append(rows)
        photos.append(
            {
                'photo': path.name,
                'width': rgb.shape[1],
                'height': rgb.shape[0],
                'faces': [
                    {
                        'box': np.round(face.box, 2).tolist(),
                        'confidence': round(face.confidence, 4),
                        'landmarks': np.round(face.landmarks, 2).tolist(),
                    }
                    for face in faces
                ],
            }
        )
        for i in range(FACES_PER_PHOTO[path.stem]):
            name = f'golden/crops/{path.stem}-{i}.png'
            Image.fromarray(crops[i]).save(BUNDLE / name, optimize=True)
            golden_crops.append(name)
            golden_rows.append(rows[i])
    every = np.concatenate(vectors)
    cosines = [[round(float(every[i] @ every[j]), 4) for j in range(i)] for i in range(len(every))]
    expected = {
        'note': 'Made by recipe/golden.py. Boxes are x1 y1 x2 y2 and landmarks x y, in pixels of the upright photo; '
        'faces largest first. vectors.f32 has one row a face, little-endian float32, in the order of this file; '
        'cosines[i][j] (j < i) is the cosine of rows i and j.',
        'tolerances': TOLERANCES,
        'photos': photos,
        'cosines': cosines,
    }
    (GOLDEN / 'photos' / 'expected.json').write_text(manifest_file.dump(expected) + '\n', encoding='utf-8')
    (GOLDEN / 'photos' / 'vectors.f32').write_bytes(every.astype('<f4').tobytes())
    (GOLDEN / 'vectors.f32').write_bytes(np.stack(golden_rows).astype('<f4').tobytes())
    manifest = manifest_file.read(BUNDLE / 'manifest.json')
    manifest['golden']['crops'] = golden_crops
    manifest_file.write(BUNDLE / 'manifest.json', manifest)
    manifest_file.seal(BUNDLE / 'manifest.json')
    print(json.dumps({'faces': len(every), 'crops': len(golden_crops)}))


if __name__ == '__main__':
    main()
