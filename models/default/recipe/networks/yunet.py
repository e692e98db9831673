"""YuNet 2023mar, from the ONNX file of the OpenCV Zoo."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from graph import Graph

STRIDES = (8, 16, 32)


def add_yunet(graph: Graph, model_bytes: bytes, image: str) -> None:
    """Adds the network for any height and width, with the boxes decoded in the graph.

    `image` is RGB float32 [N, 3, H, W], 0..255, H and W multiples of 32. The network wants BGR: the channels of its
    first convolution are swapped instead. Writes the outputs `scores` [N, A], `boxes` [N, A, 4] (x1 y1 x2 y2) and
    `landmarks` [N, A, 10] (x, y), in input pixels; anchors row by row, stride 8 first.
    """
    model = onnx.load_model_from_string(model_bytes)
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    values = {'input': image}
    first = True
    for node in model.graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        inputs = []
        for position, name in enumerate(node.input):
            if name in constants:
                array = constants[name]
                if first and node.op_type == 'Conv' and position == 1:
                    array = array[:, ::-1]
                inputs.append(graph.constant(array, array.dtype) if array.size else '')
            else:
                inputs.append(values[name] if name else '')
        if node.op_type == 'Conv':
            first = False
        if node.op_type == 'Constant':
            constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
            continue
        if node.op_type == 'Resize':
            attributes.pop('cubic_coeff_a', None)
        values[node.output[0]] = graph.node(node.op_type, inputs, **attributes)

    producers = {output: node for node in model.graph.node for output in node.output}

    def map_before_transpose(name: str) -> str:
        """The [N, C, H / stride, W / stride] map behind one of the network's flat outputs."""
        node = producers[name]
        while node.op_type != 'Transpose':
            node = producers[node.input[0]]
        return values[node.input[0]]

    scores, boxes, landmarks = [], [], []
    one = graph.integers([1])
    for stride in STRIDES:
        cells = _cells(graph, map_before_transpose(f'cls_{stride}'), one)
        pixels = graph.constant(float(stride))
        product = graph.node('Mul', [values[f'cls_{stride}'], values[f'obj_{stride}']])
        scores.append(graph.node('Sqrt', [product]))
        offset, log_size = graph.split(values[f'bbox_{stride}'], [2, 2], axis=2)
        centre = graph.node('Mul', [graph.node('Add', [offset, cells]), pixels])
        half = graph.node('Mul', [graph.node('Exp', [log_size]), graph.constant(stride / 2)])
        corners = [graph.node('Sub', [centre, half]), graph.node('Add', [centre, half])]
        boxes.append(graph.node('Concat', corners, axis=2))
        points = graph.node('Add', [values[f'kps_{stride}'], graph.node('Concat', [cells] * 5, axis=2)])
        landmarks.append(graph.node('Mul', [points, pixels]))
    graph.node('Squeeze', [graph.node('Concat', scores, axis=1), graph.integers([2])], 'scores')
    graph.node('Concat', boxes, 'boxes', axis=1)
    graph.node('Concat', landmarks, 'landmarks', axis=1)


def _cells(graph: Graph, feature_map: str, one: str) -> str:
    """Column and row of every cell of a map, float32 [1, cells, 2]."""
    shape = graph.node('Shape', [feature_map])
    height = graph.node('Gather', [shape, graph.constant(2, np.int64)], axis=0)
    width = graph.node('Gather', [shape, graph.constant(3, np.int64)], axis=0)
    sizes = [graph.node('Reshape', [height, one]), graph.node('Reshape', [width, one])]
    both = graph.node('Concat', sizes, axis=0)

    def numbers(count: str) -> str:
        limits = [graph.constant(0, np.int64), count, graph.constant(1, np.int64)]
        return graph.node('Cast', [graph.node('Range', limits)], to=TensorProto.FLOAT)

    def spread(line: str, axis: int) -> str:
        grid = graph.node('Expand', [graph.node('Unsqueeze', [line, graph.integers([axis])]), both])
        return graph.node('Reshape', [grid, graph.integers([1, -1, 1])])

    columns = spread(numbers(width), 0)
    rows = spread(numbers(height), 1)
    return graph.node('Concat', [columns, rows], axis=2)
