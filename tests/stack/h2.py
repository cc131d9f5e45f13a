# SPDX-License-Identifier: MIT
"""Frames of HTTP/2 as bytes, as a hostile client writes them by hand."""
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RESET, SETTINGS, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1
MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_HEADER_LIST_SIZE = 3, 4, 6
FRAME = 16384


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def length(number, bits):
    """An HPACK integer whose first byte has no other bits set."""
    most = (1 << bits) - 1
    if number < most:
        return bytes([number])
    out, number = [most], number - most
    while number >= 128:
        out.append(number % 128 + 128)
        number //= 128
    return bytes(out + [number])


def packed(headers):
    """Every field in plain form: literal, not indexed, not Huffman coded."""
    return b"".join(b"\0" + length(len(name), 7) + name + length(len(value), 7) + value for name, value in headers)


def head(stream, headers, last=True):
    block = packed(headers)
    pieces = [block[at:at + FRAME] for at in range(0, len(block), FRAME)]
    out = b""
    for number, piece in enumerate(pieces):
        flags = (END_STREAM if last and number == 0 else 0) | (END_HEADERS if number == len(pieces) - 1 else 0)
        out += frame(HEADERS if number == 0 else CONTINUATION, flags, stream, piece)
    return out
