#!/usr/bin/env python3
"""Checks the rules for include/igata that a compiler does not: who includes whom, which std headers, how long, no absolute paths,
and no comment that names a file which is not there.

    tools/check_layers.py                           the rules
    tools/check_layers.py --self-contained g++      every header compiles alone
    tools/check_layers.py --root DIR                another tree than this project's (for both)
"""
import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import sys

# Folder: what it may include besides itself. What those may include, it may too.
MAY_INCLUDE = {
    "core": [], "ir": ["core"], "ops": ["ir"], "target": ["core"], "plan": ["ops", "target"], "passes": ["plan"], "draw": ["ops"], "oracle": ["ops"],
    "simd": ["target"], "kernels": ["target", "simd"],
    "nn": ["ops"], "loss": ["ops"], "optim": ["ops"], "metric": ["ops"],
    "engine": ["draw", "passes", "oracle", "kernels"], "tensor": ["engine"], "expr": ["tensor", "nn"], "train": ["engine", "nn", "loss", "optim", "metric", "io"],
    "quant": ["engine", "nn"], "io": ["engine"], "functional": ["nn"], "onnx": ["io", "functional"], "serve": ["io"], "dist": ["train"],
}
BELOW_ENGINE = ["core", "ir", "ops", "target", "plan", "passes", "draw", "oracle", "simd", "kernels", "nn", "loss", "optim", "metric"]
STD_BELOW_ENGINE = set("array bit concepts cstddef cstdint cstring limits span string_view type_traits utility".split())
STD_BELOW_ENGINE.add("initializer_list")  # comes with <array> and <string_view>, costs nothing
STD_ON_DEVICE = STD_BELOW_ENGINE | {"exception", "new", "cstdio", "cstdlib"}  # what infer.hpp includes of engine/; the last two only under -fno-exceptions
CMATH = {"ops", "kernels"}
USERS = {"kernels/targets.hpp": {"xsimd/xsimd.hpp"}}  # where the user has it and says so
MAX_LINES = 300

COMMENT_LINE = re.compile(r"(?<![:\"])//(.*)")
FILE_NAME = re.compile(r"(?<![\w./\"<])[\w.-]+(?:/[\w.-]+)*\.(?:hpp|inc|md|py|cmake)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.M)
COMMENT = re.compile(r"/\*.*?\*/", re.S)
ABSOLUTE_PATH = re.compile(r"""["'\s<(](/(?:home|root|work|usr|tmp|opt|mnt|var|etc|Users)/|[A-Z]:\\)""")


def closure(folder):
    seen, todo = {folder}, [folder]
    while todo:
        for below in MAY_INCLUDE[todo.pop()]:
            if below not in seen:
                seen.add(below)
                todo.append(below)
    return seen


def find_cycle(edges):
    """A list of nodes that ends where it begins, or None."""
    state, path = {}, []

    def visit(node):
        state[node] = "open"
        path.append(node)
        for after in sorted(edges.get(node, ())):
            if state.get(after) == "open":
                return path[path.index(after):] + [after]
            if after not in state and (cycle := visit(after)):
                return cycle
        path.pop()
        state[node] = "done"
        return None

    for node in sorted(edges):
        if node not in state and (cycle := visit(node)):
            return cycle
    return None


class Tree:
    def __init__(self, root):
        self.root, self.top = root, root / "include" / "igata"
        self.files = sorted(p for p in self.top.rglob("*") if p.suffix in (".hpp", ".inc"))
        self.errors = []
        self.edges, self.std = {}, {}
        for path in self.files:
            self.read(path)

    def name(self, path):
        return path.relative_to(self.top).as_posix()

    def read(self, path):
        name, text = self.name(path), path.read_text()
        edges, std = self.edges.setdefault(name, set()), self.std.setdefault(name, set())
        for own, system in INCLUDE.findall(COMMENT.sub("", text)):
            if system.startswith("igata/"):
                self.errors.append(f"{name}: include <{system}> by a relative path in quotes")
            elif system:
                std.add(system)
            elif (target := (path.parent / own).resolve()).is_relative_to(self.top.resolve()):
                edges.add(target.relative_to(self.top.resolve()).as_posix())
                if not target.exists():
                    self.errors.append(f"{name}: {own} does not exist")
            else:
                self.errors.append(f"{name}: {own} is outside include/igata")
        lines = text.count("\n")
        if lines > MAX_LINES:
            self.errors.append(f"{name}: {lines} lines, at most {MAX_LINES}")
        for number, line in enumerate(text.split("\n"), 1):
            if ABSOLUTE_PATH.search(line):
                self.errors.append(f"{name}:{number}: an absolute path: {line.strip()}")
            for named in FILE_NAME.findall(" ".join(COMMENT_LINE.findall(line))):
                if not any((folder / named).exists() for folder in (path.parent, self.top, self.root)):
                    self.errors.append(f"{name}:{number}: {named} does not exist: {line.strip()}")
        if path.suffix == ".hpp" and not path.name.endswith(".text.hpp") and not re.search(r"^#pragma once$", text, re.M):
            self.errors.append(f"{name}: no #pragma once")

    def check_arrows(self):
        folders = {}
        for name, targets in self.edges.items():
            folder = name.split("/")[0] if "/" in name else None
            if folder and folder not in MAY_INCLUDE:
                self.errors.append(f"{name}: {folder}/ has no row in the table of folders (MAY_INCLUDE in tools/check_layers.py)")
                continue
            for target in targets:
                if "/" not in target:
                    if folder and target != "version.hpp":
                        self.errors.append(f"{name}: includes the umbrella {target}")
                elif folder and target.split("/")[0] not in closure(folder):
                    self.errors.append(f"{name}: {folder}/ may not know {target}")
                elif folder and target.split("/")[0] != folder:
                    folders.setdefault(folder, set()).add(target.split("/")[0])
        for what, edges in ("files", self.edges), ("folders", folders):
            if cycle := find_cycle(edges):
                self.errors.append(f"cycle of {what}: {' -> '.join(cycle)}")

    def check_std(self):
        on_device, todo = {}, ["infer.hpp"] if "infer.hpp" in self.edges else []
        while todo:
            name = todo.pop()
            on_device[name] = True
            todo += [t for t in self.edges.get(name, ()) if t not in on_device]
        for name, headers in self.std.items():
            folder = name.split("/")[0]
            if folder not in BELOW_ENGINE and name not in on_device:
                continue
            why = "below engine/" if folder in BELOW_ENGINE else "in what infer.hpp includes"
            for header in sorted(headers - USERS.get(name, set()) - (STD_BELOW_ENGINE if folder in BELOW_ENGINE else STD_ON_DEVICE)):
                if not (header == "cmath" and folder in CMATH):
                    self.errors.append(f"{name}: <{header}> is not allowed {why}")

    def check_self_contained(self, compiler):
        headers = [self.name(p) for p in self.files if p.suffix == ".hpp" and not p.name.endswith(".text.hpp")]
        # What another header includes before all else is compiled alone there.
        begins = [re.match(r'#pragma once\s*#include "([^"]+)"', re.sub(r"//[^\n]*", "", COMMENT.sub("", (self.top / name).read_text())).strip()) for name in headers]
        first = {(self.top / name).parent.joinpath(begin[1]).resolve().relative_to(self.top.resolve()).as_posix() for name, begin in zip(headers, begins) if begin}
        headers = [name for name in headers if name not in first]
        command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I", str(self.top), "-x", "c++", "-"]

        def compile_alone(name):
            result = subprocess.run(command, input=f'#include "{name}"\n', capture_output=True, text=True)
            return f"{name} does not compile alone:\n{result.stderr[:3000]}" if result.returncode else None

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            self.errors += filter(None, pool.map(compile_alone, headers))
        return len(headers)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--self-contained", metavar="COMPILER")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    options = parser.parse_args()
    tree = Tree(options.root)
    if options.self_contained:
        tree.errors = []
        checked = tree.check_self_contained(options.self_contained)
    else:
        tree.check_arrows()
        tree.check_std()
        checked = len(tree.files)
    for error in tree.errors:
        print("error:", error)
    print(f"{checked} files, {len(tree.errors)} errors")
    return 1 if tree.errors else 0


if __name__ == "__main__":
    sys.exit(main())
