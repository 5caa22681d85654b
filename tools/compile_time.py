#!/usr/bin/env python3
"""What compiling each file of benchmarks/compile_time costs: user CPU time (best of three) and memory.

A file begins with what it may cost; without such a line it is only measured.

    // budget: 1.2 s, 250 MB

    tools/compile_time.py g++ [file ...]            exit code 1 if a file costs more than its budget
"""
import os
import pathlib
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNS = 3


def compile_once(compiler, path, output):
    arguments = [compiler, "-std=c++20", "-O2", "-I", str(ROOT / "include"), "-c", str(path), "-o", output]
    _, status, usage = os.wait4(os.spawnvp(os.P_NOWAIT, compiler, arguments), 0)
    return status == 0, usage.ru_utime, usage.ru_maxrss / 1024


def main():
    compiler = sys.argv[1] if len(sys.argv) > 1 else "g++"
    paths = [pathlib.Path(p) for p in sys.argv[2:]] or sorted((ROOT / "benchmarks" / "compile_time").glob("*.cpp"))
    failed = 0
    print(f"{'':30} {'user s':>8} {'MB':>6}   budget")
    for path in paths:
        budget = re.match(r"// budget: ([\d.]+) s(?:, ([\d.]+) MB)?", path.read_text())
        with tempfile.TemporaryDirectory() as folder:
            runs = [compile_once(compiler, path, folder + "/out.o") for _ in range(RUNS)]
        seconds, memory = min(r[1] for r in runs), max(r[2] for r in runs)
        ok = all(r[0] for r in runs)
        note = "" if ok else "DOES NOT COMPILE"
        if ok and budget and (seconds > float(budget[1]) or memory > float(budget[2] or "inf")):
            ok, note = False, "OVER BUDGET"
        failed += not ok
        print(f"{path.stem:30} {seconds:8.2f} {memory:6.0f}   {budget[0][11:] if budget else '-'} {note}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
