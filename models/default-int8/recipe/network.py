"""The default's embedder as it is quantised: float32 weights, named nodes, and which of its layers become int8."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

HEADS = ('facenet', 'sface', 'dlib')

SFACE_LEAST_CHANNELS = 512
"""Convolutions of SFace with fewer outputs stay in float. See README.md, "What was tried"."""

FACENET_FLOAT_CONVOLUTIONS = 2
"""The first convolutions of FaceNet, small and sensitive, stay in float. See README.md, "What was tried"."""

OPERATORS = (
    'Add',
    'AveragePool',
    'Concat',
    'Conv',
    'Flatten',
    'Gemm',
    'GlobalAveragePool',
    'MatMul',
    'MaxPool',
    'Pad',
    'Relu',
)
"""What is int8 in FaceNet and dlib: everything after the resizing of the crop."""


def read_embedder(path: Path) -> onnx.ModelProto:
    """The default's embedder with named nodes and its weights as float32 (it stores float16 and casts)."""
    model = onnx.load(path)
    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    casts = {
        node.input[0]: node.output[0] for node in graph.node if node.op_type == 'Cast' and node.input[0] in weights
    }
    initializers = []
    for tensor in graph.initializer:
        if tensor.name in casts:
            wide = numpy_helper.to_array(tensor).astype(np.float32)
            tensor = numpy_helper.from_array(wide, casts[tensor.name])
        initializers.append(copy_of(tensor))
    nodes = [copy_of(node) for node in graph.node if node.input[0] not in casts]
    for node in nodes:
        node.name = node.output[0]
    replace(graph.initializer, initializers)
    replace(graph.node, nodes)
    return model


def int8_nodes(graph: onnx.GraphProto) -> list[str]:
    """The names of the nodes to quantise."""
    shapes = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    chosen, facenet_convolutions = [], 0
    for node in graph.node:
        head = node.name.split('/')[0]
        is_convolution = node.op_type == 'Conv'
        if head == 'facenet':
            facenet_convolutions += is_convolution
            is_int8 = node.op_type in OPERATORS and facenet_convolutions > FACENET_FLOAT_CONVOLUTIONS
        elif head == 'sface':
            channels, channels_in = shapes[node.input[1]][:2] if is_convolution else (0, 0)
            is_int8 = node.op_type == 'Gemm' or (channels >= SFACE_LEAST_CHANNELS and channels_in > 1)
        else:
            is_int8 = head == 'dlib' and node.op_type in OPERATORS
        if is_int8:
            chosen.append(node.name)
    return chosen


def expand_prelu(graph: onnx.GraphProto, inputs: set[str]) -> None:
    """Writes the PRelu of the named inputs as s x + (1 - s) max(x, 0), with 1 x 1 convolutions as the products.

    The service does so itself for a PRelu that follows a convolution, because onnxruntime computes it five times as
    fast; behind a DequantizeLinear it cannot tell whether a value is an image.
    """
    weights = {tensor.name: tensor for tensor in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        if node.op_type != 'PRelu' or node.input[0] not in inputs:
            nodes.append(copy_of(node))
            continue
        x, y = node.input[0], node.output[0]
        slope = numpy_helper.to_array(weights[node.input[1]]).reshape(-1, 1, 1, 1)
        scale = {'group': len(slope), 'kernel_shape': [1, 1]}
        for name, factors in (('upper', 1 - slope), ('lower', slope)):
            graph.initializer.append(numpy_helper.from_array(factors.astype(np.float32), f'{y}/{name}/factors'))
        nodes += [
            helper.make_node('Relu', [x], [f'{y}/positive'], f'{y}/positive'),
            helper.make_node('Conv', [f'{y}/positive', f'{y}/upper/factors'], [f'{y}/upper'], f'{y}/upper', **scale),
            helper.make_node('Conv', [x, f'{y}/lower/factors'], [f'{y}/lower'], f'{y}/lower', **scale),
            helper.make_node('Add', [f'{y}/lower', f'{y}/upper'], [y], y),
        ]
    replace(graph.node, nodes)


def copy_of(message):
    """A copy that survives the clearing of the list it came from."""
    return type(message).FromString(message.SerializeToString())


def replace(field, values: list) -> None:
    del field[:]
    field.extend(values)
