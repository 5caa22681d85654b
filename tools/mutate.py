#!/usr/bin/env python3
"""Mutation: small faults put into the headers, one at a time; a test must notice each.

tools/mutants.txt lists them: a file and the tests concerned, then pairs of a text, there once whatever breaks its lines, and what takes its
place.

    @ ops/pool2d.hpp : ops/pool2d fuzz/run_time
    - w.top >= w.kh
    + w.top > w.kh
    = why no test can notice it, for the few of which that is so

    tools/mutate.py                       goes on where it stopped: results are in build/mutation/results.txt
    tools/mutate.py --check               only that every text is there once and every test exists
    tools/mutate.py --only simplify       those whose file or texts have this in them, again
    tools/mutate.py --alive               those that survived without a reason, again
    tools/mutate.py --report              what is known so far
    tools/mutate.py --compiler clang++-16 --flags=-O1
    tools/mutate.py --folder /tmp/again   beside another run

The tests are built in a copy of the tree; those that do not include the file are left out. What must pass without a fault is built once a run,
and GoogleTest's header once, so that a cheap test costs two seconds: it should stand first where several are concerned. clang++ takes half the
time of g++. Exit code 1: a mutant that is not explained survives, fewer than 95 % are killed, or the list does not fit the headers any more.
"""
import argparse
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "build" / "mutation" / "results.txt"
SECONDS = 900  # of a test; a mutant may loop for ever
PREFIX = ["gtest/gtest.h", "algorithm", "bit", "cmath", "cstring", "functional", "random", "string", "thread", "vector"]


class Mutant:
    def __init__(self, line, file, tests, old, new):
        self.line, self.file, self.tests, self.old, self.new, self.why = line, file, tests, old, new, ""

    @property
    def key(self):
        return hashlib.sha256("\0".join([self.file, " ".join(self.tests), self.old, self.new]).encode()).hexdigest()[:16]

    def places(self, text):
        """Where the exact text is, however its lines are broken there."""
        words = r"\s+".join(r"\s*".join(map(re.escape, re.findall(r"\w+|\W", word))) for word in self.old.split())
        return [match.span() for match in re.finditer(words, text)]

    def __str__(self):
        return f"{self.file}: {self.old.strip()}  ->  {self.new.strip()}"


def read_list(path):
    mutants, file, tests, old = [], None, [], None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        kind, rest = line[:2], line[2:]
        if kind == "@ ":
            file, names = rest.split(" : ")
            file, tests = "include/igata/" + file.strip(), names.split()
        elif kind == "- ":
            old = rest
        elif kind == "+ " or line == "+":
            mutants.append(Mutant(number, file, tests, old, rest))
        elif kind == "= ":
            mutants[-1].why = rest
        elif line.strip() and not line.startswith("#"):
            sys.exit(f"{path}:{number}: begins with none of @ - + = #")
    return mutants


def mistakes(mutants):
    """What is wrong with the list; mutants that cannot be made are taken out of it."""
    found, seen = [], set()
    for m in list(mutants):
        before = len(found)
        where = f"tools/mutants.txt:{m.line}: "
        text = (ROOT / m.file).read_text() if (ROOT / m.file).exists() else None
        if text is None:
            found.append(where + f"there is no {m.file}")
        elif len(m.places(text)) != 1:
            found.append(where + f"{m.file} has this {len(m.places(text))} times, must be once: {m.old}")
        if m.old == m.new or m.key in seen:
            found.append(where + "changes nothing, or is there twice")
        seen.add(m.key)
        found += [where + f"there is no tests/{t}.cpp" for t in m.tests if not (ROOT / "tests" / (t + ".cpp")).exists()]
        if len(found) > before:
            mutants.remove(m)
    return found


def copy_tree(to_folder):
    for folder in ("include", "tests", "data", "docs"):
        if (ROOT / folder).exists():
            for source in sorted((ROOT / folder).rglob("*")):
                to = to_folder / source.relative_to(ROOT)
                if source.is_dir():
                    to.mkdir(parents=True, exist_ok=True)
                elif not to.exists() or to.read_bytes() != source.read_bytes():
                    to.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(source, to)


class Runner:
    def __init__(self, compiler, flags, work):
        self.compiler, self.flags, self.work, self.tree = compiler, flags, work, work / "tree"
        self.environment = {"IGATA_FUZZ_SEEDS": "400"} | os.environ  # of graphs: without optimization a thousand take a minute
        self.changed, self.stale = "", set()  # the file with a fault; units that were made with one
        self.uses = {}  # of a test, and of a unit that a folder's tests share: the headers that it includes
        prefix = work / "prefix.hpp"
        prefix.write_text("".join(f"#include <{name}>\n" for name in PREFIX))
        ok, out = self.run([compiler, "-std=c++20", *flags, "-x", "c++-header", str(prefix), "-o", f"{prefix}.gch"])
        if not ok:
            sys.exit(out)
        self.command = [compiler, "-std=c++20", *flags, "-include", str(prefix), f'-DIGATA_SOURCE_DIR="{self.tree}"', "-I", f"{self.tree}/include", "-I", f"{self.tree}/tests"]

    def run(self, command):
        try:
            done = subprocess.run(command, cwd=self.tree, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, errors="replace")
            return done.returncode == 0, done.stdout
        except subprocess.TimeoutExpired as late:
            return False, f"still running after {late.timeout} s"

    def shared(self, name):
        """The units of a test's folder that begin with _: all its tests are linked with them."""
        folder = pathlib.PurePath(name).parent
        return [f"{folder}/{source.stem}" for source in sorted((self.tree / "tests" / folder).glob("_*.cpp"))]

    def object(self, unit):
        return str(self.work / (re.sub(r"\W", "_", unit) + ".o"))

    def compile(self, unit):
        made = self.object(unit)
        ok, out = self.run([*self.command, "-MMD", "-MF", f"{made}.d", "-c", f"{self.tree}/tests/{unit}.cpp", "-o", made])
        if not ok:
            return "compiler", out
        self.stale.discard(unit)
        self.uses.setdefault(unit, {os.path.normpath(word) for word in pathlib.Path(f"{made}.d").read_text().split()})
        return None

    def test(self, name):
        """Empty if it passes, else how it fails: (what, first line)."""
        if name.startswith("negative/"):
            ok, out = self.run([sys.executable, f"{self.tree}/tests/negative.py", "--compiler", self.compiler, f"{self.tree}/tests/{name}.cpp"])
            return None if ok else ("negative", out)
        objects = []
        for unit in [name, *self.shared(name)]:
            if unit == name or unit not in self.uses or unit in self.stale or self.changed in self.uses[unit]:
                failure = self.compile(unit)
                if failure:
                    return failure
            objects.append(self.object(unit))
        program = self.work / (re.sub(r"\W", "_", name) + ".out")
        ok, out = self.run([self.compiler, *objects, "-o", str(program), "-lgtest_main", "-lgtest", "-pthread"])
        if not ok:
            return "linker", out
        ok, out = self.run([str(program), "--gtest_brief=1", "--gtest_fail_fast", "--gtest_throw_on_failure"])
        return None if ok else ("run", out)

    def is_code(self, file):
        """Whether a header compiles by itself: else the list has no fault of meaning, but one of grammar."""
        name = file if not file.endswith((".text.hpp", ".inc")) else "include/igata/igata.hpp"
        return self.run([self.compiler, "-std=c++20", "-fsyntax-only", "-x", "c++", "-I", f"{self.tree}/include", f"{self.tree}/{name}"])[0]

    def judge(self, m):
        """How a mutant ends: killed by a test, alive, or invalid."""
        path = self.tree / m.file
        tests = [t for t in m.tests if t not in self.uses or any(str(path) in self.uses[unit] for unit in [t, *self.shared(t)])]
        if not tests:
            return "invalid", "none of its tests includes the file"
        text = path.read_text()
        try:
            (begin, end), = m.places(text)
            path.write_text(text[:begin] + m.new + text[end:])
            self.changed = str(path)
            for test in tests:
                failure = self.test(test)
                if failure and failure[0] == "compiler" and "static assertion failed" not in failure[1] and "static_assert" not in failure[1]:
                    if not self.is_code(m.file):
                        return "invalid", failure[1].strip().splitlines()[0]
                if failure:
                    return "killed", f"{test} ({failure[0]})"
            return "alive", ""
        finally:
            path.write_text(text)
            self.changed = ""
            self.stale |= {unit for unit, files in self.uses.items() if str(path) in files}


def known_results():
    known = {}
    if RESULTS.exists():
        for line in RESULTS.read_text().splitlines():
            key, verdict, by, *_ = line.split("\t") + [""]
            known[key] = (verdict, by)
    return known


def report(mutants):
    known = known_results()
    judged = [(m, *known[m.key]) for m in mutants if m.key in known]
    killed = sum(v == "killed" for _, v, _ in judged)
    unexplained = [m for m, v, _ in judged if v == "alive" and not m.why]
    for m, verdict, by in judged:
        if verdict != "killed":
            print(f"{verdict}: {m}{'  (' + (m.why or by) + ')' if m.why or by else ''}")
    share = 100 * killed / len(judged) if judged else 0
    print(f"{len(judged)} of {len(mutants)} mutants: {killed} killed ({share:.1f} %), {len(unexplained)} alive and not explained")
    return not unexplained and len(judged) == len(mutants) and share >= 95


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--list", type=pathlib.Path, default=ROOT / "tools" / "mutants.txt")
    p.add_argument("--compiler", default="g++")
    p.add_argument("--flags", default="-O0")
    p.add_argument("--only")
    p.add_argument("--folder", type=pathlib.Path, default=RESULTS.parent)
    p.add_argument("--alive", action="store_true")
    p.add_argument("--check", action="store_true")
    p.add_argument("--report", action="store_true")
    a = p.parse_args()
    mutants = read_list(a.list)
    wrong = mistakes(mutants)
    if wrong:
        print("\n".join(wrong), flush=True)
    if a.check:
        print(f"{len(mutants)} mutants of {len({m.file for m in mutants})} files")
        return 1 if wrong else 0
    if a.report:
        return 0 if report(mutants) and not wrong else 1
    work = a.folder.resolve()
    copy_tree(work / "tree")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    runner, known = Runner(a.compiler, a.flags.split(), work), known_results()
    if a.only:
        chosen = [m for m in mutants if a.only in m.file + m.old + m.new]
    elif a.alive:
        chosen = [m for m in mutants if known.get(m.key, ("",))[0] == "alive" and not m.why]
    else:
        chosen = [m for m in mutants if m.key not in known]
    whole = {}  # tests that pass without a fault
    for m in chosen:
        for test in m.tests:
            if test not in whole:
                failure = runner.test(test)
                whole[test] = not failure
                if failure:
                    print(f"{test} fails without any fault:\n{failure[1]}")
                    return 1
        begin = time.time()
        verdict, by = runner.judge(m)
        with RESULTS.open("a") as to:
            to.write(f"{m.key}\t{verdict}\t{by}\t{m}\n")
        print(f"{verdict:8} {time.time() - begin:6.0f} s  {m}  {by}", flush=True)
    return 0 if report(mutants) and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
