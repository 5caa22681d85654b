#!/usr/bin/env python3
"""A C++ header of constants from a safetensors file: weights for igata::embedded, whose pack checks their names and shapes when it is compiled.

  python3 tools/weights_header.py controller.safetensors controller_weights > controller_weights.hpp

The second argument is the constants' name; it may have a namespace, robot::weights. Numbers are written so that they keep their bits.
"""
import json
import re
import struct
import sys


def read(path):
    """(name, shape, numbers) of each tensor of 32-bit numbers, by name; in a file '.' stands for '/'."""
    with open(path, "rb") as file:
        data = file.read()
    if len(data) < 8 or struct.unpack("<Q", data[:8])[0] > len(data) - 8:
        sys.exit(f"{path}: no safetensors file: its header is longer than the file")
    size = struct.unpack("<Q", data[:8])[0]
    try:
        header = json.loads(data[8:8 + size])
    except ValueError as error:
        sys.exit(f"{path}: no safetensors file: {error}")
    for name, tensor in sorted(header.items()):
        if name == "__metadata__":
            continue
        if tensor["dtype"] != "F32":
            sys.exit(f"{path}: {name}: expected F32, got {tensor['dtype']}; convert it to float32 first")
        begin, end = tensor["data_offsets"]
        count = 1
        for extent in tensor["shape"]:
            count *= extent
        if end - begin != 4 * count or 8 + size + end > len(data):
            sys.exit(f"{path}: {name}: expected {4 * count} bytes, got {min(end, len(data) - 8 - size) - begin}")
        yield name.replace(".", "/"), tensor["shape"], struct.unpack(f"<{count}f", data[8 + size + begin:8 + size + end])


def literal(number):
    if number != number:
        return "__builtin_nanf(\"\")"
    if number in (float("inf"), float("-inf")):
        return "-__builtin_inff()" if number < 0 else "__builtin_inff()"
    return re.sub(r"\.?0*p", "p", number.hex()) + "f"


def main():
    if len(sys.argv) != 3 or not re.fullmatch(r"([A-Za-z_]\w*::)*[A-Za-z_]\w*", sys.argv[2]):
        sys.exit(__doc__.strip())
    *spaces, name = sys.argv[2].split("::")
    tensors = list(read(sys.argv[1]))
    lines = [f"// Made by tools/weights_header.py from {sys.argv[1].rsplit('/', 1)[-1]}.", "#pragma once", "#include <igata/embedded.hpp>", ""]
    lines += [f"namespace {'::'.join(spaces + [name + '_values'])} {{"]
    entries = []
    for i, (path, shape, numbers) in enumerate(tensors):
        lines.append(f"inline constexpr float tensor_{i}[] = {{  // {path}")
        shown = [literal(x) for x in numbers]
        lines += ["  " + " ".join(x + "," for x in shown[k:k + 6]) for k in range(0, len(shown), 6)]
        lines.append("};")
        extents = ", ".join(map(str, shape))
        text = path.replace("\\", "\\\\").replace('"', '\\"')
        entries.append(f'  {{"{text}", {{{extents}}}, {"::".join([name + "_values", f"tensor_{i}"])}}},')
    lines += ["}", ""]
    if spaces:
        lines.append(f"namespace {'::'.join(spaces)} {{")
    lines += [f"inline constexpr igata::constant_weight {name}[] = {{", *entries, "};"]
    if spaces:
        lines.append("}")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
