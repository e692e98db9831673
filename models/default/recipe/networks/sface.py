"""SFace 2021dec (a MobileFaceNet), from the ONNX file of the OpenCV Zoo."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper

from graph import Convolution, FullyConnected, Graph, exact_sums, written


def add_sface(graph: Graph, model_bytes: bytes, faces: str) -> str:
    """Adds the network with its batch normalisations folded into the layers before them.

    `faces` is RGB float32 [N, 3, 112, 112], 0..255. Its own (x - 127.5) / 128 stays in the graph: the first
    convolution is padded with zeros, so the shift cannot be folded into it. Returns the raw [N, 128].
    """
    model = onnx.load_model_from_string(model_bytes)
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    values: dict[str, str | Convolution | FullyConnected] = {'data': faces}
    before_dense: tuple[np.ndarray, np.ndarray] | None = None

    def exact(name: str) -> np.ndarray:
        return weights[name].astype(np.float64)

    def name_of(value_name: str) -> str:
        value = values[value_name]
        assert not isinstance(value, FullyConnected)
        return written(value)

    for node in model.graph.node:
        inputs, output = node.input, node.output[0]
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        match node.op_type:
            case 'Sub' | 'Mul':
                values[output] = graph.node(node.op_type, [name_of(inputs[0]), graph.constant(weights[inputs[1]])])
            case 'Conv':
                kernel = exact(inputs[1])
                bias = exact(inputs[2]) if len(inputs) > 2 else np.zeros(kernel.shape[0])
                values[output] = Convolution(
                    graph,
                    name_of(inputs[0]),
                    kernel,
                    bias,
                    {
                        'strides': attributes['strides'],
                        'pads': attributes['pads'],
                        'group': attributes.get('group', 1),
                    },
                )
            case 'BatchNormalization':
                gamma, beta, mean, variance = (exact(name) for name in inputs[1:5])
                factor = gamma / np.sqrt(variance + np.float64(np.float32(attributes['epsilon'])))
                shift = beta - mean * factor
                match values[inputs[0]]:
                    case Convolution() as convolution:
                        values[output] = convolution.then(factor, shift)
                    case FullyConnected() as dense:
                        values[output] = FullyConnected(
                            dense.input, dense.weights * factor[:, None], dense.bias * factor + shift
                        )
                    case name:  # the one before the fully connected layer, folded into that layer below
                        before_dense = (factor, shift)
                        values[output] = name
            case 'PRelu':
                source = name_of(inputs[0])
                slope = graph.constant(weights[inputs[1]].reshape(-1, 1, 1))
                values[output] = graph.node('PRelu', [source, slope])
            case 'Dropout':
                values[output] = values[inputs[0]]
            case 'Flatten':
                values[output] = graph.node('Flatten', [name_of(inputs[0])], axis=1)
            case 'Gemm':
                assert before_dense is not None
                factor, shift = before_dense
                matrix = exact(inputs[1])
                by_channel = matrix.reshape(matrix.shape[0], len(factor), -1)
                values[output] = FullyConnected(
                    name_of(inputs[0]),
                    (by_channel * factor[None, :, None]).reshape(matrix.shape),
                    exact(inputs[2]) + exact_sums(by_channel * shift[None, :, None]),
                )
            case other:
                raise SystemExit(f'sface: the operator {other} is not expected')
    last = values[model.graph.output[0].name]
    assert isinstance(last, FullyConnected)
    inputs = [last.input, graph.constant(last.weights), graph.constant(last.bias)]
    return graph.node('Gemm', inputs, transB=1)
