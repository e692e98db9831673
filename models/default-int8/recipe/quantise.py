"""Makes embedder.onnx of this bundle from the default's and ranges.json.

    python quantise.py                writes into the bundle
    python quantise.py --check        makes it again and compares it with the file in the bundle

The result has the same bytes on every run. See README.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization.calibrate import CalibrationMethod, TensorsData
from onnxruntime.quantization.qdq_quantizer import QDQQuantizer
from onnxruntime.quantization.quant_utils import QuantType

from network import OPERATORS, copy_of, expand_prelu, int8_nodes, read_embedder, replace

BUNDLE = Path(__file__).resolve().parent.parent
DEFAULT = BUNDLE.parent / 'default'


def quantise(embedder: Path, ranges: dict[str, list[float]]) -> bytes:
    """The default's embedder with its large layers as QDQ: weights int8 per channel, activations uint8 per tensor.

    Weights use 7 of their 8 bits. Without VNNI instructions onnxruntime multiplies with VPMADDUBSW, which adds two
    products in 16 bits: with all 8 bits such sums would be cut off, and vectors would differ from machine to machine.
    """
    model = read_embedder(embedder)
    chosen = int8_nodes(model.graph)
    expand_prelu(model.graph, set(chosen))
    calibrated = TensorsData(
        CalibrationMethod.MinMax, {name: (np.float32(low), np.float32(high)) for name, (low, high) in ranges.items()}
    )
    quantizer = QDQQuantizer(
        model,
        per_channel=True,
        reduce_range=True,
        weight_qType=QuantType.QInt8,
        activation_qType=QuantType.QUInt8,
        tensors_range=calibrated,
        nodes_to_quantize=chosen,
        nodes_to_exclude=[],
        op_types_to_quantize=list(OPERATORS),
        # The vectors themselves stay in float.
        extra_options={'OpTypesToExcludeOutputQuantization': ['Gemm', 'MatMul']},
    )
    quantizer.quantize_model()
    return tidy(quantizer.model.model)


def tidy(model: onnx.ModelProto) -> bytes:
    """The model in an order of its own: the quantizer appends nodes and weights as they come."""
    graph = model.graph
    nodes = ordered([copy_of(node) for node in graph.node], {value.name for value in graph.output})
    used = {name for node in nodes for name in node.input}
    weights = [copy_of(tensor) for tensor in graph.initializer if tensor.name in used]
    replace(graph.node, nodes)
    replace(graph.initializer, sorted(weights, key=lambda tensor: tensor.name))
    del graph.value_info[:]
    model.producer_name, model.producer_version = 'face-comparison', ''
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


def ordered(nodes: list[onnx.NodeProto], outputs: set[str]) -> list[onnx.NodeProto]:
    """Each node behind those that it needs, as ONNX wants it, and as close to them as can be."""
    given_by = {name: node for node in nodes for name in node.output}
    result: list[onnx.NodeProto] = []
    done: set[str] = set()
    open_values = sorted(outputs, reverse=True)
    while open_values:
        name = open_values[-1]
        node = given_by.get(name)
        missing = [] if node is None or name in done else [x for x in node.input if x in given_by and x not in done]
        if missing:
            open_values += reversed(missing)
            continue
        open_values.pop()
        if node is not None and name not in done:
            result.append(node)
            done.update(node.output)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the int8 embedder from the default's.")
    parser.add_argument('--embedder', type=Path, default=DEFAULT / 'embedder.onnx', help="the default bundle's")
    parser.add_argument('--ranges', type=Path, default=BUNDLE / 'recipe' / 'ranges.json', help='made by calibrate.py')
    parser.add_argument('--out', type=Path, default=BUNDLE / 'embedder.onnx', help='where to write')
    parser.add_argument('--check', action='store_true', help='write nothing; fail unless the file there is equal')
    arguments = parser.parse_args()
    logging.getLogger().setLevel(logging.ERROR)
    made = quantise(arguments.embedder, json.loads(arguments.ranges.read_text())['ranges'])
    if arguments.check:
        if arguments.out.read_bytes() != made:
            raise SystemExit(f'{arguments.out} is not what this recipe makes')
    else:
        arguments.out.write_bytes(made)
    print(f'{hashlib.sha256(made).hexdigest()}  {len(made):>11,}  {arguments.out}')


if __name__ == '__main__':
    main()
