#!/usr/bin/env python3
"""Whether models of every size compile with a compiler's own limits of constant evaluation: a limit that small models meet at one size and not at the
next would be a trap.

    tools/compile_limits.py [g++ clang++-16]              every size; goes on where it stopped, results are in build/limits/results.txt
    tools/compile_limits.py --only "gru adam" clang++-16  one kind
    tools/compile_limits.py --sizes 16,27-33 clang++-16   some sizes
    tools/compile_limits.py --sample g++                  some ten at the edges of budgets, as ./test.sh does
    tools/compile_limits.py --random 40                   40 of those that are not known yet, of any kind and size
    tools/compile_limits.py --report                      what is known so far

Kinds: dense (layers), conv (layers), gru (steps), each for inference and with adam. Exit code 1: one does not compile, or, of every size, one is not known.
"""
import argparse
import hashlib
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "limits"
RESULTS = WORK / "results.txt"
SECONDS = 600  # of the processor, so that other work beside it does not matter

# What one layer or step is, what goes in, what comes out, and how many at the most.
KINDS = {
    "dense": ("for (int i = 0; i < size; ++i) x = relu(nn::dense(x, {.units = 16}));\n    return nn::dense(x, {.units = 3});", 'in<"x", 16>', 'labels<"y", i32, 3>', "loss::softmax_cross_entropy{}", 200),
    "conv": ("for (int i = 0; i < size; ++i) x = relu(nn::conv2d(x, {.filters = 8, .kernel = 3, .padding = padding::same}));\n"
             "    return nn::dense(nn::global_avg_pool2d(x), {.units = 3});", 'in<"x", 8, 8, 4>', 'labels<"y", i32, 3>', "loss::softmax_cross_entropy{}", 64),
    "gru": ("return nn::dense(nn::gru(x, {.units = 16, .return_sequences = true}), {.units = 3});", 'in<"x", size, 8>', 'labels<"y", f32, 0, size, 3>', "loss::mse{}", 64),
}
MODES = ("inference", "adam")
# Around the sizes where drawing and simplifying take a budget more, which differ by compiler, and where one budget was too small once.
SAMPLE = {
    "clang": ["dense adam 17,48,49,50,200", "conv adam 40", "gru adam 27,28", "gru inference 32", "dense inference 100"],
    "g++": ["dense adam 47,48,49,77,78", "conv adam 40", "gru adam 16", "gru inference 32", "dense inference 100"],
}


def program(kind, mode, size):
    body, taken, given, loss, _ = KINDS[kind]
    text = (f"#include <igata/igata.hpp>\nusing namespace igata;\nconstexpr int size = {size};\n"
            f"struct net {{\n  constexpr value operator()(value x) const {{\n    {body}\n  }}\n}};\nint main() {{\n")
    if mode == "inference":
        return text + f"  using net_t = inference<net{{}}, {taken}>;\n  net_t n{{net_t::pack(net_t::variables(seed{{7}}))}};\n  return static_cast<bool>(n.run_unchecked(nullptr, nullptr, 1));\n}}\n"
    return text + f"  training<net{{}}, {taken}, {given}, {loss}, optim::adam{{}}> t{{seed{{7}}}};\n  return static_cast<bool>(t.step_unchecked(nullptr, 1));\n}}\n"


class Run:
    """One compilation: whether it succeeds, the first error, user seconds, MB."""

    def __init__(self, compiler, kind, mode, size, flags=()):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, f"{kind}_{size}_{mode}.cpp")
            source.write_text(program(kind, mode, size))
            with open(folder + "/errors", "w+", errors="replace") as errors:
                command = [compiler, "-std=c++20", "-fsyntax-only", "-I", str(ROOT / "include"), *flags, str(source)]
                child = subprocess.Popen(command, stdout=errors, stderr=errors, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS)))
                _, status, usage = os.wait4(child.pid, 0)
                child.returncode = status
                errors.seek(0)
                text = errors.read()
        self.ok, self.seconds, self.memory = status == 0, usage.ru_utime, usage.ru_maxrss / 1024
        lines = text.splitlines()
        said = [line for line in lines if "exceeds limit" in line or "step limit" in line] + [line for line in lines if "error:" in line] + ["killed"]
        self.error = "" if self.ok else said[0]


def headers():
    """What results are for: they count as long as no header changes."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "include").rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def sizes_of(text):
    parts = [part.split("-") for part in text.split(",")]
    return [size for part in parts for size in range(int(part[0]), int(part[-1]) + 1)]


def known_results():
    """By compiler, kind, mode and size: whether it compiled, and what it said."""
    known, digest = {}, headers()
    if RESULTS.exists():
        for line in RESULTS.read_text().splitlines():
            of, compiler, kind, mode, size, ok, *rest = line.split("\t")
            if of == digest:
                known[compiler, kind, mode, int(size)] = (ok == "ok", rest[-1])
    return known


def run_all(chosen, keep):
    failed = []
    for compiler, kind, mode, size in chosen:
        run = Run(compiler, kind, mode, size)
        print(f"{compiler:12} {kind:6} {mode:10} {size:4} {run.seconds:7.1f} s {run.memory:6.0f} MB  {run.error}", flush=True)
        if not run.ok:
            failed.append((compiler, kind, mode, size))
        if keep:
            WORK.mkdir(parents=True, exist_ok=True)
            with RESULTS.open("a") as to:
                print(headers(), compiler, kind, mode, size, "ok" if run.ok else "fails", f"{run.seconds:.1f}", f"{run.memory:.0f}", run.error, sep="\t", file=to)
    return failed


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("compilers", nargs="*", default=["g++", "clang++-16"])
    p.add_argument("--only", default="", help="a kind, a mode, or both")
    p.add_argument("--sizes")
    p.add_argument("--sample", action="store_true")
    p.add_argument("--random", type=int, default=0)
    p.add_argument("--report", action="store_true")
    a = p.parse_args()
    compilers = [c for c in a.compilers if shutil.which(c)]
    for c in set(a.compilers) - set(compilers):
        print(f"{c} is not installed: left out")
    if a.sample:
        chosen = []
        for c in compilers:
            for line in SAMPLE["clang" if "clang" in c else "g++"]:
                kind, mode, sizes = line.split()
                chosen += [(c, kind, mode, size) for size in sizes_of(sizes)]
        return 1 if run_all(chosen, keep=False) or not chosen else 0
    # the largest first: it fails first
    grid = [(c, kind, mode, size) for c in compilers for kind in KINDS for mode in MODES for size in range(KINDS[kind][-1], 0, -1)
            if set(a.only.split()) <= {kind, mode} and (not a.sizes or size in sizes_of(a.sizes))]
    known = known_results()
    if not a.report:
        open_ones = [g for g in grid if g not in known or a.sizes]
        run_all(random.sample(open_ones, min(a.random, len(open_ones))) if a.random else open_ones, keep=True)
        known = known_results()
    fails = [g for g in grid if g in known and not known[g][0]]
    for g in fails:
        print("fails:", *g, known[g][1])
    missing = sum(g not in known for g in grid)
    print(f"{len(grid) - missing} of {len(grid)} compiled: {len(fails)} fail")
    return 1 if fails or missing or not grid else 0


if __name__ == "__main__":
    sys.exit(main())
