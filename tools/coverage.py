#!/usr/bin/env python3
"""Which lines and branches of include/ the tests execute, by gcov. What constant evaluation alone does is not counted: the tests of passes, rules and
kernels also run at run time, and those are measured.

    tools/coverage.py                         the tests of TESTS; what is newer than its result is built and run again
    tools/coverage.py passes/simplify ir/*    these of tests/
    tools/coverage.py --report passes ops     only what is known: per folder, and the lines and branches of these folders that nothing executes
    tools/coverage.py --folder /tmp/cov       beside another run; build/coverage otherwise
    tools/coverage.py --compiler g++-12 --gcov gcov-12

Needs g++, its gcov, GoogleTest. An hour on one core. Branches that a thrown exception takes are left out; a branch counts as taken when any instance of
its template takes it.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TESTS = ["draw/*", "passes/*", "plan/print_plan", "ir/*", "ops/*", "fuzz/run_time", "kernels/*", "simd/*", "loss/*", "metric/*", "optim/*", "nn/*",
         "engine/names", "engine/random_streams", "engine/row_blocks", "engine/convolutions", "engine/threads", "engine/thread_pool", "engine/calls"]
PRECOMPILED = ["gtest/gtest.h", "igata/igata.hpp", "igata/engine/dump.hpp", "igata/engine/summary.hpp", "igata/draw/eager.hpp"]


def build_and_run(tests, compiler, folder):
    flags = ["-std=c++20", "-O0", "--coverage", f"-I{ROOT}/include", f"-I{ROOT}/tests", f'-DIGATA_SOURCE_DIR="{ROOT}"']
    changed = max(p.stat().st_mtime for p in (ROOT / "include").rglob("*") if p.is_file())
    prefix = folder / "prefix.hpp"
    failed = []
    for test in tests:
        source, work = ROOT / "tests" / (test + ".cpp"), folder / test.replace("/", "_")
        done = work / "passed"
        if done.exists() and done.stat().st_mtime > max(changed, source.stat().st_mtime):
            continue
        if not prefix.exists() or prefix.stat().st_mtime < changed:
            prefix.write_text("".join(f"#include <{h}>\n" for h in PRECOMPILED))
            subprocess.run([compiler, *flags, "-x", "c++-header", str(prefix), "-o", f"{prefix}.gch"], check=True)
        start = time.time()
        work.mkdir(exist_ok=True)
        for old in work.iterdir():
            old.unlink()
        shared = map(str, sorted(source.parent.glob("_*.cpp")))  # what the folder's tests are linked with
        build = [compiler, *flags, "-include", str(prefix), str(source), *shared, "-o", "run", "-lgtest_main", "-lgtest", "-pthread"]
        with open(work / "output.txt", "w") as output:
            fine = subprocess.run(build, cwd=work, stdout=output, stderr=output).returncode == 0
            fine = fine and subprocess.run(["./run", "--gtest_brief=1"], cwd=work, stdout=output, stderr=output, env={"IGATA_FUZZ_SEEDS": "400"} | os.environ).returncode == 0
        if fine:
            done.touch()
        else:
            failed.append(test)
        print(f"{test}: {'passed' if fine else f'failed, see {work}/output.txt'}, {time.time() - start:.0f} s", flush=True)
    return failed


def counts(folder, gcov):
    """Executions by file and line, and by file, line and number of a branch."""
    lines, branches = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    for data in sorted(folder.glob("*/*.gcda")):
        text = subprocess.run([gcov, "--branch-probabilities", "--json-format", "--stdout", data.name], cwd=data.parent, capture_output=True, text=True, check=True).stdout
        for document in filter(None, text.splitlines()):
            for file in json.loads(document)["files"]:
                name = os.path.normpath(os.path.join(data.parent, file["file"]))
                if not name.startswith(f"{ROOT}/include/igata/"):
                    continue
                name = name[len(f"{ROOT}/include/igata/"):]
                for line in file["lines"]:
                    lines[name][line["line_number"]] += line["count"]
                    mine = [b for b in line["branches"] if not b["throw"]]
                    for i, branch in enumerate(mine):  # instances of a line that branch otherwise are kept apart
                        branches[name][line["line_number"], len(mine), i] += branch["count"]
    return lines, branches


def report(lines, branches, wanted):
    def share(name, counters):
        taken, all_of = sum(sum(c > 0 for c in x.values()) for x in counters), sum(len(x) for x in counters)
        return f"{name} {taken}/{all_of} {100 * taken / max(1, all_of):.1f} %"

    for top in sorted({n.split("/")[0] for n in lines}):
        of = [n for n in lines if n.split("/")[0] == top]
        print(f"{top:12} {share('lines', [lines[n] for n in of]):28} {share('branches', [branches[n] for n in of])}")
    for name in sorted(lines):
        if not any(name.startswith(w) for w in wanted):
            continue
        text = (ROOT / "include" / "igata" / name).read_text().splitlines()
        never = sorted(k for k, c in lines[name].items() if c == 0)
        half = sorted({k[0] for k, c in branches[name].items() if c == 0} - set(never))
        if never or half:
            print(f"== {name}")
        for mark, numbers in (("never", never), ("a branch", half)):
            for k in numbers:
                print(f"  {mark} {k}: {text[k - 1].strip()[:150]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", nargs="*", help="patterns below tests/; with --report, folders or files below include/igata/")
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--folder", default=str(ROOT / "build" / "coverage"))
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--gcov", default="gcov")
    args = parser.parse_args()
    folder = pathlib.Path(args.folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    failed = []
    if not args.report:
        sources = [p for t in args.tests or TESTS for p in sorted((ROOT / "tests").glob(t + ".cpp")) if not p.name.startswith("_")]
        failed = build_and_run([str(p.relative_to(ROOT / "tests"))[:-4] for p in sources], args.compiler, folder)
    report(*counts(folder, args.gcov), args.tests if args.report else [""])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
