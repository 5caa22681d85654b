#!/usr/bin/env python3
"""Writes data/digits.csv in MNIST's format: tests/consumers/mnist_like.py data/digits.csv <folder>. 8x8 pixels become 24x24 in 28x28."""
import pathlib
import struct
import sys

digits, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
rows = [[int(float(field)) for field in line.split(",")] for line in digits.read_text().splitlines()]


def image(row):
    line = lambda y: bytes(2) + bytes(min(255, 16 * row[8 * y + x // 3]) for x in range(24)) + bytes(2)
    return bytes(56) + b"".join(line(y // 3) for y in range(24)) + bytes(56)


for name, part in ("t10k", rows[:300]), ("train", rows[300:]):
    images = struct.pack(">4I", 0x803, len(part), 28, 28) + b"".join(image(row) for row in part)
    labels = struct.pack(">2I", 0x801, len(part)) + bytes(row[64] for row in part)
    (folder / f"{name}-images-idx3-ubyte").write_bytes(images)
    (folder / f"{name}-labels-idx1-ubyte").write_bytes(labels)
