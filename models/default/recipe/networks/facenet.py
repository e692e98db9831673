"""FaceNet 20180402-114759 (Inception ResNet v1), from a frozen TensorFlow graph."""

from __future__ import annotations

import numpy as np

from graph import Convolution, FullyConnected, Graph, exact_sums, written
from networks.tensorflow_graph import Node, read_graph

MEAN, DIVISOR = 127.5, 128.0
"""The input rule of this network: (pixel - mean) / divisor."""

LAST = 'InceptionResnetV1/Bottleneck/BatchNorm/cond/Merge'
"""The 512 numbers before they are normalised."""

Value = str | Convolution | FullyConnected | np.ndarray


def add_facenet(graph: Graph, graph_def: bytes, faces: str) -> str:
    """Adds the network in its inference form, batch normalisations folded into the layers before them.

    `faces` is RGB float32 [N, 3, 160, 160], 0..255. The input rule is folded into the first convolution, which has no
    padding. Returns the raw [N, 512].
    """
    last = _Converter(graph, read_graph(graph_def), faces).value(LAST)
    assert isinstance(last, FullyConnected)
    return graph.node('Gemm', [last.input, graph.constant(last.weights), graph.constant(last.bias)])


def _base(reference: str) -> str:
    """The node that a reference like `^name` or `name:1` names."""
    return reference.lstrip('^').split(':')[0]


class _Converter:
    """Walks back from the last node and writes each node that it meets once."""

    def __init__(self, graph: Graph, nodes: dict[str, Node], faces: str) -> None:
        self.graph = graph
        self.nodes = nodes
        self.faces = faces
        self.done: dict[str, Value] = {}

    def value(self, reference: str) -> Value:
        name = _base(reference)
        if name not in self.done:
            self.done[name] = self._convert(name)
        return self.done[name]

    def _name(self, reference: str) -> str:
        value = self.value(reference)
        assert isinstance(value, (str, Convolution)), reference
        return written(value)

    def _array(self, reference: str) -> np.ndarray:
        value = self.value(reference)
        assert isinstance(value, np.ndarray), reference
        return value.astype(np.float64)

    def _is_inference(self, reference: str) -> bool:
        """Whether this input of a Merge comes from the side of its Switch where phase_train is false."""
        node = self.nodes[_base(reference)]
        if node.operator == 'Switch':
            return not reference.endswith(':1')
        for source in node.inputs:
            if self.nodes[_base(source)].operator != 'Const':
                return self._is_inference(source)
        return True

    def _convert(self, name: str) -> Value:
        node = self.nodes[name]
        inputs, attributes = node.inputs, node.attributes
        if name == 'input':
            return self.faces
        padding = {'auto_pad': 'SAME_UPPER' if attributes.get('padding') == b'SAME' else 'VALID'}
        match node.operator:
            case 'Const':
                return attributes['value']
            case 'Identity' | 'Switch':
                return self.value(inputs[0])
            case 'Merge':
                return self.value(next(source for source in inputs if self._is_inference(source)))
            case 'Conv2D':
                weights = self._array(inputs[1]).transpose(3, 2, 0, 1)
                bias = np.zeros(weights.shape[0])
                source = self._name(inputs[0])
                if source == self.faces:
                    assert padding['auto_pad'] == 'VALID'
                    bias = -exact_sums(weights) * MEAN / DIVISOR
                    weights = weights / DIVISOR
                return Convolution(
                    self.graph, source, weights, bias, {'strides': attributes['strides'][1:3], **padding}
                )
            case 'FusedBatchNorm' | 'FusedBatchNormV3':
                gamma, beta, mean, variance = (self._array(source) for source in inputs[1:5])
                factor = gamma / np.sqrt(variance + np.float64(np.float32(attributes['epsilon'])))
                shift = beta - mean * factor
                source = self.value(inputs[0])
                if isinstance(source, FullyConnected):
                    return FullyConnected(source.input, source.weights * factor, source.bias * factor + shift)
                assert isinstance(source, Convolution)
                return source.then(factor, shift)
            case 'BiasAdd' | 'Add' | 'AddV2' | 'Mul':
                return self._combine(node)
            case 'Relu':
                return self.graph.node('Relu', [self._name(inputs[0])])
            case 'MaxPool' | 'AvgPool':
                operator = 'MaxPool' if node.operator == 'MaxPool' else 'AveragePool'
                kernel, strides = attributes['ksize'][1:3], attributes['strides'][1:3]
                return self.graph.node(
                    operator, [self._name(inputs[0])], kernel_shape=kernel, strides=strides, **padding
                )
            case 'ConcatV2':
                return self.graph.node('Concat', [self._name(source) for source in inputs[:-1]], axis=1)
            case 'Reshape':  # the flattening after the pool, or the spatial dimensions that batch normalisation wants
                source = self.value(inputs[0])
                if isinstance(source, FullyConnected):
                    return source
                return self.graph.node('Flatten', [self._name(inputs[0])], axis=1)
            case 'MatMul':
                weights = self._array(inputs[1])
                return FullyConnected(self._name(inputs[0]), weights, np.zeros(weights.shape[1]))
            case other:
                raise SystemExit(f'facenet: the operator {other} ({name}) is not expected')

    def _combine(self, node: Node) -> Value:
        """An addition or multiplication: with a constant it is folded, with another value (Add only) it is written."""
        left, right = self.value(node.inputs[0]), self.value(node.inputs[1])
        if isinstance(left, np.ndarray):
            left, right = right, left
        if not isinstance(right, np.ndarray):
            assert node.operator in ('Add', 'AddV2')
            return self.graph.node('Add', [written(left), written(right)])
        assert isinstance(left, Convolution)
        channels = left.weights.shape[0]
        constant = np.broadcast_to(right.astype(np.float64).ravel(), (channels,))
        if node.operator == 'Mul':
            return left.then(constant, np.zeros(channels))
        return left.then(np.ones(channels), constant)
