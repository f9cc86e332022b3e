#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Joins PNG files of one size into an animated PNG, with nothing but the standard library.

    animate.py OUT.png SECONDS FRAME.png…

Every frame is stored whole; a viewer that knows no animation shows the first. Made with it:
resources/pictures/tour.png, from the window's pictures that `driftscope shots` writes.
"""
import struct
import sys
import zlib


def chunks(path):
    data = open(path, "rb").read()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        sys.exit(f"{path}: not a PNG file")
    at = 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        yield kind, data[at + 8:at + 8 + size]
        at += 12 + size


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    out, seconds, frames = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
    header, body, number = None, [], 0
    for frame in frames:
        parts = list(chunks(frame))
        if header is None:
            header = parts[0][1]
        elif parts[0][1] != header:
            sys.exit(f"{frame}: another size or colour type than {frames[0]}")
        width, height = struct.unpack(">II", header[:8])
        body.append(chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, width, height, 0, 0,
                                               round(seconds * 1000), 1000, 0, 0)))
        number += 1
        data = b"".join(part for kind, part in parts if kind == b"IDAT")
        if frame == frames[0]:
            body.append(chunk(b"IDAT", data))
        else:
            body.append(chunk(b"fdAT", struct.pack(">I", number) + data))
            number += 1
    with open(out, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) +
                   chunk(b"acTL", struct.pack(">II", len(frames), 0)) + b"".join(body) + chunk(b"IEND", b""))


if __name__ == "__main__":
    main()
