#!/usr/bin/env python3
"""The C++ of README.md and docs/*.md as files, so that every snippet is compiled. README.ja.md has README.md's: tools/check_translation.py.

    tools/readme_snippets.py <folder>               writes them; prints their paths
    tools/readme_snippets.py --update <folder> g++  compiles and runs the programs, and writes what they print into the pages
    tools/readme_snippets.py --check <page> <program>   runs one of its programs, built already; the page must show what it prints

A page docs/models.md becomes models.cpp and, for each complete program in it, models_1.cpp, models_2.cpp …:

    ```cpp            with an int main: a program of its own; without: at namespace scope of models.cpp
    ```cpp body       statements: in the body of one function of models.cpp, with those of the other blocks; compiled, not run
    ```c++ <file>     a program of another library: written as it is, not compiled by a test
    ```text <name>    what a program of the page prints between the line "== <name>" and the next such line
"""
import difflib
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(cpp|c\+\+|text)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEAD = """#pragma GCC diagnostic ignored "-Wunused-variable"
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>
#include <igata/igata.hpp>
#include <igata/train.hpp>
using namespace igata;
"""


def pages():
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def lines_of(page, text, block):
    """The block behind a #line that names the page, for the compiler's messages."""
    number = text.count("\n", 0, block.start(3)) + 1
    return f'#line {number} "{page.relative_to(ROOT)}"\n{block[3]}'


def write(path, content):
    if not path.exists() or path.read_text() != content:  # unchanged files are not compiled again
        path.write_text(content)
    return path


def extract(page, folder):
    text = page.read_text()
    programs, definitions, body = [], "", ""
    for block in BLOCK.finditer(text):
        if block[1] == "text":
            continue
        if block[1] == "c++":
            write(folder / block[2], block[3])
            continue
        if block[2] == "body":
            body += lines_of(page, text, block)
        elif re.search(r"^int main\(", block[3], re.MULTILINE):
            programs.append(lines_of(page, text, block))
        else:
            definitions += lines_of(page, text, block)
    name = page.stem.replace(".", "_")
    files = [write(folder / f"{name}_{i}.cpp", program) for i, program in enumerate(programs, 1)]
    if definitions or body:
        files.append(write(folder / f"{name}.cpp", f"{HEAD}{definitions}void page() {{\n{body}}}\nint main() {{}}\n"))
    return files


def sections_of(program, folder):
    output = subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True, cwd=folder).stdout
    parts = [section.partition("\n") for section in re.split(r"^== ", output, flags=re.MULTILINE)[1:]]
    return {name: content.strip("\n") + "\n" for name, _, content in parts}


def printed_by(files, compiler):
    sections = {}
    for file in files:
        program = file.with_suffix("")
        subprocess.run([compiler, "-std=c++20", "-O2", "-I", ROOT / "include", file, "-o", program], check=True)
        sections |= sections_of(program, file.parent)
    return sections


def check(page, program):
    """1, and the difference, if the page shows anything else under a name than the program prints."""
    printed = sections_of(program, pathlib.Path.cwd())
    stale = [b for b in BLOCK.finditer(page.read_text()) if b[1] == "text" and b[2] in printed and b[3] != printed[b[2]]]
    for block in stale:
        print(f"{page.name}: {block[2]} is printed otherwise; write it anew with tools/readme_snippets.py --update build/readme g++")
        print("".join(difflib.unified_diff(block[3].splitlines(True), printed[block[2]].splitlines(True), page.name, program)))
    return 1 if stale else 0


def update(page, folder, compiler):
    text = page.read_text()
    names = [block[2] for block in BLOCK.finditer(text) if block[1] == "text" and block[2]]
    if not names:
        return
    sections = printed_by([f for f in extract(page, folder) if f.stem != page.stem.replace(".", "_")], compiler)
    if missing := [name for name in names if name not in sections]:
        sys.exit(f"{page}: no program prints == {', '.join(missing)}")

    def replaced(block):
        is_output = block[1] == "text" and block[2]
        return f"```text {block[2]}\n{sections[block[2]]}```" if is_output else block[0]

    write(page, BLOCK.sub(replaced, text))


def main():
    arguments = sys.argv[1:]
    if arguments[:1] == ["--check"] and len(arguments) == 3:
        sys.exit(check(ROOT / arguments[1], arguments[2]))
    updates = arguments[:1] == ["--update"]
    arguments = arguments[updates:]
    if len(arguments) != (2 if updates else 1):
        sys.exit(__doc__)
    folder = pathlib.Path(arguments[0]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages():
        if updates:
            update(page, folder, arguments[1])
        elif files := extract(page, folder):
            print(*files, sep="\n")


if __name__ == "__main__":
    main()
