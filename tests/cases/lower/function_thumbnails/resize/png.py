"""Reads, shrinks and writes PNG pictures with nothing but the standard library."""

import struct
import zlib
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


@dataclass
class Picture:
    """Rows of bytes, `channels` to a pixel; `color` is PNG's colour type."""

    width: int
    height: int
    color: int
    rows: list

    @property
    def channels(self):
        return CHANNELS[self.color]


def decode(data):
    """Reads an 8-bit PNG without interlacing; anything else is a ValueError that says what it is."""
    if not data.startswith(SIGNATURE):
        raise ValueError("not a PNG")
    at, header, packed = len(SIGNATURE), None, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    width, height, depth, color, _, _, interlace = header
    if depth != 8 or interlace or color not in CHANNELS:
        raise ValueError(f"a PNG of depth {depth}, colour type {color}, interlace {interlace} is not supported")
    return Picture(width, height, color, _unfilter(zlib.decompress(packed), width, height, CHANNELS[color]))


def shrink(picture, width, height):
    """Averages the pixels that fall on each pixel of the smaller picture."""
    rows, channels = [], picture.channels
    for y in range(height):
        top, bottom = _span(y, height, picture.height)
        row = bytearray()
        for x in range(width):
            left, right = _span(x, width, picture.width)
            count = (bottom - top) * (right - left)
            for channel in range(channels):
                total = sum(
                    sum(picture.rows[line][left * channels + channel : right * channels : channels])
                    for line in range(top, bottom)
                )
                row.append(total // count)
        rows.append(row)
    return Picture(width, height, picture.color, rows)


def encode(picture):
    """Writes a PNG."""
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, picture.color, 0, 0, 0)
    lines = b"".join(b"\x00" + bytes(row) for row in picture.rows)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _span(at, size, full):
    start = at * full // size
    return start, max(start + 1, (at + 1) * full // size)


def _chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _unfilter(data, width, height, channels):
    stride, rows, above, at = width * channels, [], bytearray(width * channels), 0
    for _ in range(height):
        kind, line = data[at], bytearray(data[at + 1 : at + 1 + stride])
        at += 1 + stride
        for i in range(stride):
            left = line[i - channels] if i >= channels else 0
            up = above[i]
            corner = above[i - channels] if i >= channels else 0
            line[i] = (line[i] + _predict(kind, left, up, corner)) & 255
        rows.append(line)
        above = line
    return rows


def _predict(kind, left, up, corner):
    if kind == 0:
        return 0
    if kind == 1:
        return left
    if kind == 2:
        return up
    if kind == 3:
        return (left + up) // 2
    guess = left + up - corner
    return min((left, up, corner), key=lambda near: abs(guess - near))
