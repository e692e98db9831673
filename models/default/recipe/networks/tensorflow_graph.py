"""A frozen TensorFlow GraphDef as plain Python values."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field

import numpy as np

from networks.protobuf import read_fields, read_integers, signed

DTYPES = {1: '<f4', 3: '<i4', 9: '<i8', 10: '?'}
"""tensorflow/core/framework/types.proto, as far as a frozen network holds them."""

Attribute = bytes | int | float | list[int] | np.ndarray | None


@dataclass
class Node:
    operator: str = ''
    inputs: list[str] = field(default_factory=list)
    attributes: dict[str, Attribute] = field(default_factory=dict)


def read_graph(data: bytes) -> dict[str, Node]:
    """All nodes by name (GraphDef field 1)."""
    nodes: dict[str, Node] = {}
    for number, message in read_fields(memoryview(data)):
        if number != 1:
            continue
        node, name = Node(), ''
        for key, value in read_fields(message):
            match key:
                case 1:
                    name = bytes(value).decode()
                case 2:
                    node.operator = bytes(value).decode()
                case 3:
                    node.inputs.append(bytes(value).decode())
                case 5:
                    entry = dict(read_fields(value))
                    node.attributes[bytes(entry[1]).decode()] = read_attribute(entry[2])
        nodes[name] = node
    return nodes


def read_attribute(data: memoryview) -> Attribute:
    """AttrValue: the kinds that a network's nodes have."""
    for number, value in read_fields(data):
        match number:
            case 1:
                return [x for key, item in read_fields(value) if key == 3 for x in read_integers(item)]
            case 2:
                return bytes(value)
            case 3:
                return signed(value)
            case 4:
                return struct.unpack('<f', bytes(value))[0]
            case 8:
                return read_tensor(value)
    return None


def read_tensor(data: memoryview) -> np.ndarray | None:
    """TensorProto. A short list of values is filled up with its last one, as TensorFlow writes constants."""
    kind, shape, raw, values = 1, [], None, []
    for number, value in read_fields(data):
        match number:
            case 1:
                kind = value
            case 2:
                shape = [
                    sum(read_integers(size)[0] for key, size in read_fields(dimension) if key == 1)
                    for key_of_shape, dimension in read_fields(value)
                    if key_of_shape == 2
                ]
            case 4:
                raw = value
            case 5:
                values += list(np.frombuffer(bytes(value), '<f4'))
            case 7 | 10 | 11:
                values += read_integers(value)
    dtype = DTYPES.get(kind)
    if dtype is None:
        return None
    if raw:
        return np.frombuffer(bytes(raw), dtype).reshape(shape)
    size = math.prod(shape)
    array = np.array(values or [0], dtype)
    if len(array) < size:
        array = np.concatenate([array, np.full(size - len(array), array[-1], dtype)])
    return array[:size].reshape(shape)
