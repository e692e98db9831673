"""A small writer of ONNX graphs, made for one purpose: the same bytes on every run.

There are no map fields and no timestamps, names are counted, and sums of weights are rounded exactly once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 13
IR_VERSION = 7
PRODUCER = 'face-comparison'


class Graph:
    """Nodes and weights in the order they were added. Names are `<scope>/<count>`."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self._count = 0

    def _name(self) -> str:
        self._count += 1
        return f'{self.scope}/{self._count}'

    def constant(self, value: object, dtype: type = np.float32) -> str:
        """Adds a weight and returns its name."""
        name = self._name()
        array = np.ascontiguousarray(np.asarray(value, dtype))
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def integers(self, value: list[int]) -> str:
        return self.constant(value, np.int64)

    def node(self, operator: str, inputs: list[str], output: str | None = None, **attributes: object) -> str:
        """Adds a node with one output and returns the output's name."""
        name = output or self._name()
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def split(self, value: str, lengths: list[int], axis: int) -> list[str]:
        sizes = self.integers(lengths)
        names = [self._name() for _ in lengths]
        self.nodes.append(helper.make_node('Split', [value, sizes], names, axis=axis))
        return names

    def rename(self, old: str, new: str) -> None:
        """Gives the output of a node another name. Only for a value that no node takes as its input."""
        for node in self.nodes:
            assert old not in node.input, f'{old} is in use'
            for i, name in enumerate(node.output):
                if name == old:
                    node.output[i] = new

    def serialize(
        self, name: str, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto], description: str
    ) -> bytes:
        """The checked model as bytes."""
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.initializers)
        opset = [helper.make_opsetid('', OPSET)]
        model = helper.make_model(graph, opset_imports=opset, producer_name=PRODUCER, doc_string=description)
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model)
        return model.SerializeToString(deterministic=True)


@dataclass
class Convolution:
    """A convolution that is not written yet, so that scales and shifts that follow it can be folded into it."""

    graph: Graph
    input: str
    weights: np.ndarray  # float64 [out, in, kh, kw]
    bias: np.ndarray  # float64 [out]
    attributes: dict[str, object]
    _written: str | None = field(default=None, init=False)

    def then(self, factor: np.ndarray, shift: np.ndarray) -> Convolution:
        """The same convolution followed by y * factor + shift, per output channel."""
        weights = self.weights * factor.reshape(-1, 1, 1, 1)
        return Convolution(self.graph, self.input, weights, self.bias * factor + shift, self.attributes)

    def write(self) -> str:
        """Adds the node, once, and returns the name of its output."""
        if self._written is None:
            inputs = [self.input, self.graph.constant(self.weights), self.graph.constant(self.bias)]
            kernel = list(self.weights.shape[2:])
            self._written = self.graph.node('Conv', inputs, kernel_shape=kernel, **self.attributes)
        return self._written


@dataclass(frozen=True)
class FullyConnected:
    """The last layer of a network, not written yet: input, weights and bias (float64)."""

    input: str
    weights: np.ndarray
    bias: np.ndarray


def written(value: str | Convolution) -> str:
    """The name of a value, whether it is in the graph yet or not."""
    return value.write() if isinstance(value, Convolution) else value


def exact_sums(array: np.ndarray) -> np.ndarray:
    """Sums over all axes but the first, rounded once: they do not depend on the build of numpy or of BLAS."""
    return np.array([math.fsum(row) for row in array.reshape(array.shape[0], -1).tolist()])


def halve(model_bytes: bytes, least_elements: int = 4096) -> bytes:
    """The same graph with its big weights stored as float16 and cast back to float32.

    onnxruntime folds the casts when it opens the graph, so all sums are still made in float32. Half of the bytes;
    the cosine between vectors of the two graphs is .9999996 and more.
    """
    model = onnx.load_model_from_string(model_bytes)
    casts, weights = [], []
    for tensor in model.graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype == np.float32 and array.size > least_elements:
            half = array.astype(np.float16)
            assert np.isfinite(half).all(), f'{tensor.name} does not fit float16'
            stored = f'{tensor.name}/half'
            weights.append(numpy_helper.from_array(half, stored))
            casts.append(helper.make_node('Cast', [stored], [tensor.name], to=TensorProto.FLOAT))
        else:
            weights.append(onnx.TensorProto.FromString(tensor.SerializeToString()))
    nodes = casts + [onnx.NodeProto.FromString(node.SerializeToString()) for node in model.graph.node]
    del model.graph.initializer[:]
    del model.graph.node[:]
    model.graph.initializer.extend(weights)
    model.graph.node.extend(nodes)
    return model.SerializeToString(deterministic=True)
