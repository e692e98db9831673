"""Makes golden/vectors.f32 of this bundle, shares the default's detector, crops and licences, and seals the manifest.

    python golden.py            run it after quantise.py, or after the default bundle changed

The crops are the default's; the vectors are what this embedder gives for them on this machine.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
from PIL import Image

BUNDLE = Path(__file__).resolve().parent.parent
DEFAULT = BUNDLE.parent / 'default'
sys.path.insert(0, str(DEFAULT / 'recipe'))

import manifest_file  # noqa: E402
from reference import Reference  # noqa: E402

SHARED = ('detector', 'alignment', 'heads', 'provenance')
"""Parts of the manifest that are the default's, word for word."""


def main() -> None:
    standard = manifest_file.read(DEFAULT / 'manifest.json')
    manifest = manifest_file.read(BUNDLE / 'manifest.json')
    manifest |= {part: standard[part] for part in SHARED}
    manifest['golden'] |= {part: standard['golden'][part] for part in ('crops', 'vectors')}
    manifest_file.write(BUNDLE / 'manifest.json', manifest)
    licences = [file['path'] for file in standard['files'] if file['path'].startswith('licences/')]
    for name in [standard['detector']['file'], *standard['golden']['crops'], *licences]:
        (BUNDLE / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(DEFAULT / name, BUNDLE / name)
    crops = [np.asarray(Image.open(BUNDLE / name).convert('RGB')) for name in manifest['golden']['crops']]
    reference = Reference(BUNDLE / 'manifest.json')
    # One face a run, as the default's were made.
    rows = np.concatenate([reference.vectors(crop[None]) for crop in crops]).astype('<f4')
    (BUNDLE / manifest['golden']['vectors']).write_bytes(rows.tobytes())
    manifest_file.seal(BUNDLE / 'manifest.json')
    default_rows = np.frombuffer((DEFAULT / standard['golden']['vectors']).read_bytes(), '<f4').reshape(rows.shape)
    print(
        json.dumps(
            {'crops': len(crops), 'leastCosineToTheDefault': round(float((rows * default_rows).sum(1).min()), 5)}
        )
    )


if __name__ == '__main__':
    main()
