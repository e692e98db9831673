"""Reads and writes manifest.json the way a person would: short lists and objects on one line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

LINE_LENGTH = 120


def dump(value: object, indent: int = 0) -> str:
    """JSON, two spaces an indent, with whatever fits on one line put there (the outermost object never)."""
    flat = json.dumps(value, ensure_ascii=False)
    if indent and (not isinstance(value, (dict, list)) or not value or len(flat) + indent + 20 <= LINE_LENGTH):
        return '{ ' + flat[1:-1] + ' }' if isinstance(value, dict) and value else flat
    inner = ' ' * (indent + 2)
    if isinstance(value, dict):
        rows = [f'{inner}{json.dumps(key)}: {dump(item, indent + 2)}' for key, item in value.items()]
        return '{\n' + ',\n'.join(rows) + '\n' + ' ' * indent + '}'
    assert isinstance(value, list)
    return '[\n' + ',\n'.join(inner + dump(item, indent + 2) for item in value) + '\n' + ' ' * indent + ']'


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding='utf-8'))


def write(path: Path, manifest: dict) -> None:
    path.write_text(dump(manifest) + '\n', encoding='utf-8')


def seal(path: Path) -> dict:
    """Fills `files` with what the bundle folder holds: graphs, golden crops and vectors, and licences.

    The photos in golden/photos are for tests of this repository and are not part of the bundle.
    """
    manifest = read(path)
    folder = path.parent
    golden = manifest['golden']
    names = {manifest['detector']['file'], *(head['file'] for head in manifest['heads'])}
    names |= {golden['vectors'], *golden['crops']}
    names |= {str(p.relative_to(folder)) for p in folder.glob('licences/*.txt')}
    manifest['files'] = []
    for name in sorted(names):
        data = (folder / name).read_bytes()
        manifest['files'].append({'path': name, 'size': len(data), 'sha256': hashlib.sha256(data).hexdigest()})
    write(path, manifest)
    return manifest
