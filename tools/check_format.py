#!/usr/bin/env python3
"""What of .clang-format can be checked without it: tabs, spaces at a line's end, the last newline, and how long lines are (ColumnLimit).

    tools/check_format.py            the tree
    tools/check_format.py --write    breaks too long lines of C++ by clang-format, and touches no others
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("include", "tests", "examples", "benchmarks", "tools", "docs")
CXX, OTHERS = {".hpp", ".inc", ".cpp"}, {".cmake", ".py", ".sh", ".mjs"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    limit = int(re.search(r"^ColumnLimit: (\d+)$", (ROOT / ".clang-format").read_text(), re.M)[1])
    errors, files, long_lines = [], 0, {}
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*")):
        if path.suffix not in CXX | OTHERS and path.name != "CMakeLists.txt":
            continue
        files += 1
        name, text = path.relative_to(ROOT), path.read_bytes().decode()
        if not text.endswith("\n") or text.endswith("\n\n"):
            errors.append(f"{name}: must end with one newline")
        for number, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip() or "\t" in line:
                errors.append(f"{name}:{number}: a tab, or space at the line's end")
            if path.suffix in CXX and len(line) > limit and not line.startswith(("// error", "// then")):
                long_lines.setdefault(path, []).append(number)
    if options.write:
        clang_format = shutil.which("clang-format-16") or shutil.which("clang-format")
        if not clang_format:
            sys.exit("clang-format not found (Debian: clang-format-16)")
        for path, numbers in long_lines.items():
            subprocess.run([clang_format, "-i", "-style=file", *(f"-lines={n}:{n}" for n in numbers), str(path)], check=True)
        return
    errors += [f"{path.relative_to(ROOT)}:{n}: more than {limit} columns; --write breaks it" for path, numbers in long_lines.items() for n in numbers]
    for error in errors:
        print("error:", error)
    print(f"{files} files, {len(errors)} errors")
    sys.exit(1 if errors else 0)


main()
