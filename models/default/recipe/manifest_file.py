"""Reads and writes manifest.json the way a person would: short lists and objects on one line."""

from __future__ import annotations

import hashlib
import json
import re
import textwrap
from pathlib import Path

LINE_LENGTH = 120


def is_table(value: object) -> bool:
    """A list of several lists or objects of several items: one row a line, as Prettier has it."""
    return (
        isinstance(value, list)
        and len(value) > 1
        and all(isinstance(row, (dict, list)) and len(row) > 1 for row in value)
    )


def on_one_line(value: object) -> str:
    if isinstance(value, dict) and value:
        return '{ ' + ', '.join(f'{json.dumps(key)}: {on_one_line(item)}' for key, item in value.items()) + ' }'
    if isinstance(value, list):
        return '[' + ', '.join(on_one_line(item) for item in value) + ']'
    return re.sub(r'(?<=\de-)0(?=\d)', '', json.dumps(value, ensure_ascii=False))  # 1e-5, as JavaScript has it


def dump(value: object, indent: int = 0, used: int = 0) -> str:
    """JSON, two spaces an indent, with whatever fits on one line put there (the outermost object never).

    `used` is how much of the line is taken already: the indent, and the key before the value.
    """
    flat = on_one_line(value)
    fits = len(flat) + used + 3 <= LINE_LENGTH and not is_table(value)
    if not isinstance(value, (dict, list)) or not value or (indent and fits):
        return flat
    inner = ' ' * (indent + 2)
    if isinstance(value, dict):
        rows = [
            f'{inner}{json.dumps(key)}: {dump(item, indent + 2, indent + len(key) + 6)}' for key, item in value.items()
        ]
        return '{\n' + ',\n'.join(rows) + '\n' + ' ' * indent + '}'
    assert isinstance(value, list)
    if all(isinstance(item, (int, float)) for item in value):
        rows = textwrap.wrap(flat[1:-1], LINE_LENGTH, initial_indent=inner, subsequent_indent=inner)
        return '\n'.join(['[', *rows, ' ' * indent + ']'])
    return '[\n' + ',\n'.join(inner + dump(item, indent + 2, indent + 2) for item in value) + '\n' + ' ' * indent + ']'


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
