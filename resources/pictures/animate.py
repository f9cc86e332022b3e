#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes sequence.png, the animated picture of the README, out of pictures of the window.

    for i in dtype=float32,matmul.order=split-k dtype=bfloat16 dtype=float32,rope.base=10000 \\
             dtype=float32,defects=D-MOE-SCATTER; do
        ./dev run shots --out "/tmp/shots/$i" --size 1280x800 --theme light --max-new-tokens 16 \\
            --model resources/models/tiny-mixtral --a dtype=float32 --b "$i" \\
            --prompt "Once upon a time there was a little fox who lived by the river."
    done                      # window-light.png of each, as 1.png to 4.png in one folder
    python3 resources/pictures/animate.py /tmp/frames resources/pictures/sequence.png

The frames are the PNG files of the folder in the order of their names, all of one size. Each is
written as the rectangle that changed (APNG 1.0: acTL, fcTL, fdAT). Python 3 alone, no packages.
"""
import glob
import os
import struct
import sys
import zlib

SECONDS = 2.2       # of each frame
LAST_SECONDS = 4.0  # of the last one
SIGNATURE = b"\x89PNG\r\n\x1a\n"
LIMIT = 2_000_000   # bytes that a README may cost


def chunks(data):
    at = len(SIGNATURE)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        yield kind, data[at + 8:at + 8 + length]
        at += 12 + length


def unfilter(raw, width, height, step):
    """Rows of bytes of a PNG's image data (RFC 2083, section 6)."""
    rows, before = [], bytearray(width * step)
    for y in range(height):
        start = y * (width * step + 1)
        kind, row = raw[start], bytearray(raw[start + 1:start + 1 + width * step])
        for x in range(len(row)):
            left = row[x - step] if x >= step else 0
            up = before[x]
            if kind == 1:
                row[x] = (row[x] + left) & 255
            elif kind == 2:
                row[x] = (row[x] + up) & 255
            elif kind == 3:
                row[x] = (row[x] + (left + up) // 2) & 255
            elif kind == 4:
                corner = before[x - step] if x >= step else 0
                guess = left + up - corner
                a, b, c = abs(guess - left), abs(guess - up), abs(guess - corner)
                row[x] = (row[x] + (left if a <= b and a <= c else up if b <= c else corner)) & 255
        rows.append(row)
        before = row
    return rows


def load(path):
    """(width, height, rows of RGB bytes) of an 8-bit RGB or RGBA picture."""
    with open(path, "rb") as file:
        data = file.read()
    if not data.startswith(SIGNATURE):
        sys.exit(f"{path}: no PNG")
    head, packed = None, b""
    for kind, body in chunks(data):
        if kind == b"IHDR":
            head = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
    width, height, depth, colour, _, _, interlaced = head
    if depth != 8 or colour not in (2, 6) or interlaced:
        sys.exit(f"{path}: only 8-bit RGB and RGBA without interlacing are read")
    step = 3 if colour == 2 else 4
    rows = unfilter(zlib.decompress(packed), width, height, step)
    if step == 4:
        rows = [b"".join(bytes(row[x:x + 3]) for x in range(0, len(row), 4)) for row in rows]
    return width, height, [bytes(row) for row in rows]


def changed(before, now, width):
    """Left, top, width and height of the smallest rectangle that holds every difference."""
    rows = [y for y in range(len(now)) if before[y] != now[y]]
    if not rows:
        return 0, 0, 1, 1
    left, right = width, 0
    for y in rows:
        a, b = before[y], now[y]
        differing = [x for x in range(width) if a[3 * x:3 * x + 3] != b[3 * x:3 * x + 3]]
        left, right = min(left, differing[0]), max(right, differing[-1])
    return left, rows[0], right - left + 1, rows[-1] - rows[0] + 1


def packed(rows, left, top, width, height):
    """Image data of a part, each row with the filter (none, left, up) that leaves least to pack."""
    data, before = bytearray(), bytes(3 * width)
    for y in range(top, top + height):
        row = rows[y][3 * left:3 * (left + width)]
        sub = bytes((value - (row[i - 3] if i >= 3 else 0)) & 255 for i, value in enumerate(row))
        up = bytes((value - before[i]) & 255 for i, value in enumerate(row))
        best = min((0, row), (1, sub), (2, up), key=lambda one: len(zlib.compress(one[1], 1)))
        data.append(best[0])
        data += best[1]
        before = row
    return zlib.compress(bytes(data), 9)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def control(number, part, seconds):
    left, top, width, height = part
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, width, height, left, top,
                                      round(seconds * 1000), 1000, 0, 0))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    paths = sorted(glob.glob(os.path.join(sys.argv[1], "*.png")))
    if len(paths) < 2:
        sys.exit(f"{sys.argv[1]}: fewer than two PNG files")
    pictures = [load(path) for path in paths]
    width, height, _ = pictures[0]
    if any(picture[:2] != (width, height) for picture in pictures):
        sys.exit(f"{sys.argv[1]}: the pictures are not of one size")
    out = SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    out += chunk(b"acTL", struct.pack(">II", len(pictures), 0))
    number, before = 0, None
    for i, (_, _, rows) in enumerate(pictures):
        part = (0, 0, width, height) if before is None else changed(before, rows, width)
        out += control(number, part, LAST_SECONDS if i + 1 == len(pictures) else SECONDS)
        data = packed(rows, *part)
        if i == 0:
            out += chunk(b"IDAT", data)
            number += 1
        else:
            out += chunk(b"fdAT", struct.pack(">I", number + 1) + data)
            number += 2
        before = rows
    out += chunk(b"IEND", b"")
    if len(out) > LIMIT:
        sys.exit(f"{len(out)} bytes are more than {LIMIT}; leave out frames")
    with open(sys.argv[2], "wb") as file:
        file.write(out)
    print(f"{sys.argv[2]}: {len(pictures)} frames, {len(out)} bytes")


if __name__ == "__main__":
    main()
