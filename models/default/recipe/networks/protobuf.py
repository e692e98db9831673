"""Reading protobuf without a schema: enough for a frozen TensorFlow graph, so that TensorFlow is not needed."""

from __future__ import annotations

from collections.abc import Iterator


def read_varint(data: memoryview, at: int) -> tuple[int, int]:
    """An unsigned varint and the position after it."""
    result = shift = 0
    while True:
        byte = data[at]
        at += 1
        result |= (byte & 127) << shift
        if byte < 128:
            return result, at
        shift += 7


def read_fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """The fields of a message: number and value (an int for a varint, the bytes for everything else)."""
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        match key & 7:
            case 0:
                value, at = read_varint(data, at)
                yield key >> 3, value
                continue
            case 1:
                length = 8
            case 5:
                length = 4
            case 2:
                length, at = read_varint(data, at)
            case wire:
                raise ValueError(f'wire type {wire} at byte {at} is not expected')
        yield key >> 3, data[at : at + length]
        at += length


def signed(value: int) -> int:
    """An int64 from its unsigned varint."""
    return value - 2**64 if value >= 2**63 else value


def read_integers(value: int | memoryview) -> list[int]:
    """A repeated integer field, packed or not."""
    if isinstance(value, int):
        return [signed(value)]
    result, at = [], 0
    while at < len(value):
        number, at = read_varint(value, at)
        result.append(signed(number))
    return result
