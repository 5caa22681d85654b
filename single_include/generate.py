#!/usr/bin/env python3
"""Writes single_include/igata.hpp: include/igata/igata.hpp with our own headers in the place of their #include;
and beside it, what <igata/expr.hpp>, <igata/threads.hpp>, <igata/session.hpp>, <igata/session_unit.hpp>, <igata/embedded.hpp>, <igata/eager.hpp>, <igata/f64.hpp>, <igata/functional.hpp>,
<igata/io/mapped_weights.hpp> and <igata/onnx.hpp> have beyond it, each as a file of its name, and what <igata/train.hpp>, <igata/metrics.hpp>, <igata/io.hpp> and the headers that look inside have, as train.hpp. The
folder igata/ has a header of one line for each that the documentation names: the same #include <igata/…> finds either form of the library.

A header with #pragma once is expanded once; text files (*.inc, *.text.hpp and whatever else has no #pragma once) at each
inclusion, because they are compiled once per target; the headers that a text file names for editors (inside an #if) are dropped.
Std headers come first, once each, but for those only inside an #if or a target region, which stay where they are. A header that is
first included inside an #if gets a guard.

    generate.py                       writes
    generate.py --check               exit code 1 if a file is not what would be written
    generate.py --root DIR --out DIR  another tree, another folder
"""
import argparse
import pathlib
import re
import sys

INCLUDE = re.compile(r"^\s*#\s*include\s*(\"[^\"]+\"|<[^>]+>|\S+)\s*(//.*)?$")
ONCE = re.compile(r"^\s*#\s*pragma\s+once\b")
REGION_BEGIN = re.compile(r"push_options|attribute\s+push")
REGION_END = re.compile(r"pop_options|attribute\s+pop")
INSIDE = ["engine/dump.hpp", "engine/summary.hpp", "engine/profile.hpp", "draw/eager.hpp"]  # what looks inside: part of train.hpp


class Generator:
    def __init__(self, include):
        self.include = include         # the folder with igata/
        self.system = set()            # std headers that come first
        self.once = set()              # headers expanded outside any #if: never again
        self.guarded = set()           # headers expanded inside an #if: each time with a guard
        self.texts = set()             # text files expanded already: without their comments from the second time on
        self.depth = 0                 # of #if
        self.region = 0                # of target regions
        self.out = []

    def find(self, name, folder):
        for candidate in (folder / name, self.include / name, self.include / "igata" / name):
            if candidate.exists():
                return candidate.resolve()
        sys.exit(f"{folder}: {name} not found")

    def expand(self, path, from_text):
        lines = path.read_text().rstrip("\n").split("\n")
        if not any(ONCE.match(line) for line in lines):
            if path in self.texts:
                lines = [line for line in lines if not line.lstrip().startswith("//")]
            self.texts.add(path)
            self.emit(path, lines, is_text=True)
        elif from_text:
            if path not in self.once and from_text == "always":
                sys.exit(f"{path.name} is included by a text file: include it where the text file is included")
        elif path not in self.once:
            guard = None
            if self.depth > 0 or path in self.guarded:
                guard = "IGATA_ONCE_" + re.sub(r"\W", "_", path.relative_to(self.include.resolve() / "igata").as_posix()).upper()
                self.guarded.add(path)
            if self.depth == 0:
                self.once.add(path)
            if guard:
                self.out += [f"#ifndef {guard}", f"#define {guard}"]
                self.depth += 1
            self.emit(path, lines)
            if guard:
                self.depth -= 1
                self.out.append("#endif")
            self.out.append("")

    def emit(self, path, lines, is_text=False):
        continued, outside = False, self.depth
        for line in lines:
            in_macro, continued = continued, line.endswith("\\")
            if ONCE.match(line):
                continue
            if not in_macro and (match := INCLUDE.match(line)):
                name = match[1]
                if name[0] not in '"<':
                    sys.exit(f"{path}: {line}: include files by their literal names")
                if name[0] == '"' or name.startswith("<igata/"):
                    from_text = is_text and ("always" if self.depth == outside else "for editors")
                    self.expand(self.find(name[1:-1], path.parent), from_text)
                elif self.depth or self.region:
                    self.out.append(line)
                else:
                    self.system.add(name)
                continue
            if re.match(r"\s*#\s*if", line):
                self.depth += 1
            elif re.match(r"\s*#\s*endif", line):
                self.depth -= 1
            if not in_macro and not re.match(r"\s*(#\s*define|//)", line):
                self.region += bool(REGION_BEGIN.search(line)) - bool(REGION_END.search(line))
            self.out.append(line)

    def generate(self, title, umbrellas, needs=()):
        """One file. What an earlier one has is not repeated: `needs` names it."""
        self.system, self.out = set(), []
        for umbrella in umbrellas:
            self.expand((self.include / "igata" / umbrella).resolve(), False)
        head = [f"// {title} Generated by single_include/generate.py: change include/igata instead.",
                "// SPDX-License-Identifier: MIT", "#pragma once", ""]
        head += [f"#include {name}" for name in sorted(self.system)]
        head += [f'#include "{name}"' for name in needs]
        body = [line for line in self.out if not ((match := INCLUDE.match(line)) and match[1] in self.system)]
        body = re.sub(r"\n{3,}", "\n\n", "\n".join(body))
        return "\n".join(head) + "\n\n" + body.strip("\n") + "\n"


def main():
    parser = argparse.ArgumentParser()
    here = pathlib.Path(__file__).resolve().parent
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--root", type=pathlib.Path, default=here.parent)
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    out = options.out or options.root / "single_include"
    generator = Generator(options.root / "include")
    files = {"igata.hpp": generator.generate("igata: deep learning in one C++20 header.", ["igata.hpp"]),
             "expr.hpp": generator.generate("igata's arrays and expressions.", ["expr.hpp"], ["igata.hpp"]),
             "threads.hpp": generator.generate("igata's threads.", ["threads.hpp"], ["igata.hpp"]),
             "embedded.hpp": generator.generate("igata for small devices.", ["embedded.hpp"], ["igata.hpp"]),
             "f64.hpp": generator.generate("igata's kernels of 64-bit lanes.", ["f64.hpp"], ["igata.hpp"]),
             "session.hpp": generator.generate("igata's sessions.", ["session.hpp"], ["igata.hpp"]),
             "session_unit.hpp": generator.generate("igata's code of sessions, for one unit.", ["session_unit.hpp"], ["session.hpp"]),
             "functional.hpp": generator.generate("igata's functions that few models need.", ["functional.hpp"], ["igata.hpp"]),
             "train.hpp": generator.generate("igata's training loop and files.", ["train.hpp", "metrics.hpp", "io.hpp", *INSIDE], ["igata.hpp", "session.hpp"]),
             "eager.hpp": generator.generate("igata's eager mode on kernels.", ["eager.hpp"], ["train.hpp"]),
             "mapped_weights.hpp": generator.generate("igata's weights in files.", ["io/mapped_weights.hpp"], ["train.hpp"]),
             "onnx.hpp": generator.generate("igata's reader of ONNX files.", ["onnx.hpp"], ["mapped_weights.hpp", "session.hpp", "functional.hpp"])}
    for name, of in {"igata": "igata", "infer": "igata", "expr": "expr", "threads": "threads", "train": "train", "metrics": "train", "io": "train",
                     "embedded": "embedded", "session": "session", "session_unit": "session_unit", "io/mapped_weights": "mapped_weights", "onnx": "onnx", "f64": "f64", "functional": "functional", "eager": "eager",
                     **{inside[:-4]: "train" for inside in INSIDE}}.items():
        files[f"igata/{name}.hpp"] = f'#pragma once\n#include "{"../" * (name.count("/") + 1)}{of}.hpp"\n'
    stale = [name for name, text in files.items() if not (out / name).exists() or (out / name).read_text() != text]
    if options.check:
        print(f"{', '.join(stale)}: stale; run single_include/generate.py" if stale else "fresh")
        return 1 if stale else 0
    for name in stale:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(files[name])
    return 0


if __name__ == "__main__":
    sys.exit(main())
