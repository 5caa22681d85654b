#!/usr/bin/env python3
"""Programs with an error that a user may make must not compile, and the compiler must say why, in one error. A file begins with it:

    // error: matmul.cpp:9: matmul: [n,6] x [4,3]; lhs columns must equal rhs rows
    // error(GNU): a text that g++ says, and (Clang) clang
    // then(GNU): a text

The texts must be in the file's only error, unless a mistake in C++ itself makes the compiler say another, the second, with the text behind "then";
the first text, without file and line or option, must be in docs/errors.md. The compiler must name the user's line beside it: g++ in the line
before ("required from here"), clang in one of the five notes behind it. Text chunks are joined first: {"ab"}, chunk<2>{"cd"} counts as {"abcd"}.
Source excerpts are switched off, so a text does not match because it stands in the source. With -DIGATA_FIXED g++ must compile the same file.

Files of the same headers are compiled together, each in a namespace of its own: an error belongs to the file whose line stands beside it.

    negative.py --compiler g++ [--precompiled header] tests/negative/matmul.cpp …
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FLAGS = {"GNU": ["-fno-diagnostics-show-caret"], "Clang": ["-fno-caret-diagnostics", "-fno-elide-type", "-ferror-limit=0"]}


def space(path):
    return re.sub(r"\W", "_", path.stem) + "_of_its_own"


def unit(paths):
    """One program of all of them."""
    if len(paths) == 1:
        return f'#include "{paths[0]}"\n'
    includes = sorted({line for path in paths for line in re.findall(r"^#include <.*>$", path.read_text(), re.M)}, key=lambda line: "igata" in line)
    return "\n".join([*includes, *(f'namespace {space(path)} {{\n#include "{path}"\n}}' for path in paths)]) + "\n"


def output_of(compiler, paths, precompiled, flags):
    """(whether it compiles, what the compiler says)"""
    command = [compiler, "-std=c++20", "-fsyntax-only", "-fmessage-length=0", "-fno-diagnostics-color", "-I", ROOT / "include", *flags]
    if precompiled and "#include <igata/igata.hpp>" in paths[0].read_text():
        command += ["-Winvalid-pch", "-include", precompiled]
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "unit.cpp"
        source.write_text(unit(paths))
        run = subprocess.run([*command, source], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    return run.returncode == 0, run.stdout + run.stderr


def user_line(line, behind, before, names):
    """The file whose line stands beside an error, or None."""
    for text in [line, before if before.endswith("   required from here") else "", *behind]:
        if match := re.search(r"/([^/:]+\.cpp):[0-9]", text):
            if match[1] in names:
                return match[1]
    return None


def errors_by_file(text, identity, names):
    """{file: its errors}, and those of none of them."""
    lines = text.split("\n")
    found, others = {name: [] for name in names}, []
    for i, line in enumerate(lines):
        if "error: " not in line:
            continue
        behind = []
        if identity == "Clang":
            for note in lines[i + 1:i + 6]:
                if "note: " not in note:
                    break
                behind.append(note)
        of = user_line(line, behind, lines[i - 1] if identity == "GNU" and i else "", names)
        (found[of] if of else others).append(line)
    return found, others


def wrong(path, errors, identity, listed):
    """What is wrong with a file's errors, or None."""
    head = re.match(r"(?://.*\n)+", path.read_text())
    wanted = re.findall(r"^// error(?:\(([A-Za-z]+)\))?: (.+)$", head[0] if head else "", re.M)
    then = re.findall(rf"^// then\({identity}\): (.+)$", head[0] if head else "", re.M)
    if not wanted:
        return "the first line must be // error: <text>"
    if not errors:
        return "compiled, or the compiler does not name the user's line beside an error"
    for only, text in wanted:
        if only in ("", identity) and text not in errors[0]:
            return f"the compiler does not say: {text}"
    if then and (len(errors) < 2 or then[0] not in errors[1]):
        return f"the compiler does not say second: {then[0]}"
    if len(errors) != 1 + len(then):
        return f"there must be {1 + len(then)}, not {len(errors)} errors"
    text = re.sub(r"^[a-z]+<[a-z]+>, option [0-9]+: ", "", re.sub(r"^[^ ]+\.cpp:[0-9]+: ", "", wanted[0][1]))
    return None if text in listed else f"docs/errors.md does not list: {text}"


def judged(paths, options, identity, listed):
    """[(file, what is wrong)] of files that are compiled together."""
    compiles, output = output_of(options.compiler, paths, options.precompiled, FLAGS[identity])
    joined = re.sub(r'"\}, [a-z0-9_:]*s<[0-9]+>\{"', "", output)
    joined = re.sub(r"\\(['\"])", r"\1", joined)
    for path in paths:
        joined = joined.replace(space(path) + "::", "")
    found, others = errors_by_file(joined, identity, {path.name for path in paths})
    if len(paths) == 1 and found[paths[0].name]:  # what comes behind its first error is its own too
        found[paths[0].name] += others
        others = []
    failures = [(path, what) for path in paths if (what := wrong(path, found[path.name], identity, listed))]
    failures += [(paths[0], f"an error beside no user's line: {line}") for line in others]
    if len(paths) == 1 and failures:
        print(output)
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--precompiled")
    parser.add_argument("files", nargs="+", type=lambda name: pathlib.Path(name).resolve())
    options = parser.parse_args()
    version = subprocess.run([options.compiler, "--version"], capture_output=True, text=True).stdout
    identity = "Clang" if "clang" in version else "GNU"
    listed = (ROOT / "docs/errors.md").read_text()
    together, failures = {}, []
    for path in options.files:
        text = path.read_text()
        alone = path if re.search(r"^// \w+\((GNU|Clang)\)", text, re.M) else None  # a mistake in C++ itself: others come of it
        together.setdefault((*sorted(set(re.findall(r"^#include <igata/.*>$", text, re.M))), alone), []).append(path)
    for paths in together.values():
        if len(paths) > 1:
            found = judged(paths, options, identity, listed)
            # A template of the same arguments is instantiated, and refused, once: who has no error of his own here may have one alone.
            paths_alone = paths if any(what.startswith("an error beside") for _, what in found) else [path for path, _ in found]
        else:
            paths_alone = paths
        for path in paths_alone:
            failures += judged([path], options, identity, listed)
        if identity == "GNU":
            compiles, output = output_of(options.compiler, paths, options.precompiled, [*FLAGS[identity], "-DIGATA_FIXED"])
            if not compiles:
                print(output)
                failures.append((paths[0], "with -DIGATA_FIXED it must compile, as the files that are compiled with it"))
    for path, what in failures:
        print(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}: {what}")
    print(f"{len(options.files)} programs that must not compile, {len(failures)} wrong")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
