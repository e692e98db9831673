"""dlib_face_recognition_resnet_model_v1 (ResNet-29), from dlib's own serialization."""

from __future__ import annotations

import math

import numpy as np

from graph import Graph, exact_sums

MEAN, DIVISOR = [122.782, 117.001, 104.298], 256.0
"""dlib's input_rgb_image_sized: (pixel - mean) / divisor, per channel of RGB."""

TENSORS = 59
FIRST_POOL_SIDE = 35
"""Side of the map after the first pool, for a 150-pixel input."""


def add_dlib_resnet(graph: Graph, data: bytes, faces: str) -> str:
    """Adds the network of dlib's dnn_face_recognition_ex.cpp.

    `faces` is RGB float32 [N, 3, 150, 150], 0..255. The input rule is folded into the first convolution, which has no
    padding. Returns the raw [N, 128].
    """
    tensors = iter(read_tensors(data))

    def convolution(source: str, channels: int, channels_in: int, kernel: int, stride: int, first: bool = False) -> str:
        parameters, affine = next(tensors), next(tensors)
        size = channels * channels_in * kernel * kernel
        factor, shift = affine[:channels], affine[channels:]
        weights = parameters[:size].reshape(channels, channels_in, kernel, kernel) * factor[:, None, None, None]
        bias = parameters[size:] * factor + shift
        if first:
            bias = bias - exact_sums(weights * (np.array(MEAN) / DIVISOR)[None, :, None, None])
            weights = weights / DIVISOR
        padding = 0 if stride > 1 else kernel // 2
        return graph.node(
            'Conv',
            [source, graph.constant(weights), graph.constant(bias)],
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            pads=[padding] * 4,
        )

    def relu(source: str) -> str:
        return graph.node('Relu', [source])

    def residual(source: str, channels: int) -> str:
        inner = convolution(relu(convolution(source, channels, channels, 3, 1)), channels, channels, 3, 1)
        return relu(graph.node('Add', [inner, source]))

    def pad(source: str, channels: int, side: int) -> str:
        return graph.node('Pad', [source, graph.integers([0, 0, 0, 0, 0, channels, side, side])])

    def residual_down(source: str, channels: int, channels_in: int, side: int) -> tuple[str, int]:
        """dlib's residual_down: its add_prev makes the smaller map as large as the other with zeros."""
        conv_side, pool_side = (side - 3) // 2 + 1, (side - 2) // 2 + 1
        out_side = max(conv_side, pool_side)
        inner = convolution(relu(convolution(source, channels, channels_in, 3, 2)), channels, channels, 3, 1)
        skip = graph.node('AveragePool', [source], kernel_shape=[2, 2], strides=[2, 2])
        if channels > channels_in or out_side > pool_side:
            skip = pad(skip, channels - channels_in, out_side - pool_side)
        if out_side > conv_side:
            inner = pad(inner, 0, out_side - conv_side)
        return relu(graph.node('Add', [inner, skip])), out_side

    value = relu(convolution(faces, 32, 3, 7, 2, first=True))
    value = graph.node('MaxPool', [value], kernel_shape=[3, 3], strides=[2, 2])
    side, channels_in = FIRST_POOL_SIDE, 32
    for _ in range(3):
        value = residual(value, 32)
    for channels, repeats in ((64, 3), (128, 2), (256, 2), (256, 0)):
        value, side = residual_down(value, channels, channels_in, side)
        channels_in = channels
        for _ in range(repeats):
            value = residual(value, channels)
    value = graph.node('Flatten', [graph.node('GlobalAveragePool', [value])], axis=1)
    return graph.node('MatMul', [value, graph.constant(next(tensors).reshape(256, 128))])


def read_tensors(data: bytes) -> list[np.ndarray]:
    """The parameters in the order of the file, float64.

    The file is a nest of templates without an index, so it is searched for what a tensor looks like: version 2, four
    lengths as dlib's packed integers, then that many little-endian float32 numbers of a believable size.
    """
    found, at = [], 0
    while at < len(data) - 12:
        tensor = _tensor_at(data, at)
        if tensor is None:
            at += 1
            continue
        array, at = tensor
        found.append(array)
    if len(found) != TENSORS:
        raise SystemExit(f'dlib: {len(found)} tensors found, {TENSORS} expected')
    return found


def _tensor_at(data: bytes, at: int) -> tuple[np.ndarray, int] | None:
    if data[at] != 1 or data[at + 1] != 2:
        return None
    position = at + 2
    lengths = []
    for _ in range(4):
        length, position = _packed_integer(data, position)
        if length is None or not 0 < length < 10_000_000:
            return None
        lengths.append(length)
    count = math.prod(lengths)
    end = position + 4 * count
    if count < 32 or end > len(data):
        return None
    array = np.frombuffer(data, '<f4', count, position)
    if not np.isfinite(array).all() or not 1e-6 < np.abs(array).max() < 1e4:
        return None
    return array.astype(np.float64), end


def _packed_integer(data: bytes, at: int) -> tuple[int | None, int]:
    """dlib's integer: a byte with the sign (0x80) and the number of bytes, then these, little-endian."""
    control = data[at]
    count = control & 15
    if control & 0x70 or not 0 < count <= 8:
        return None, at
    value = int.from_bytes(data[at + 1 : at + 1 + count], 'little')
    return (-value if control & 0x80 else value), at + 1 + count
