#!/usr/bin/env python3
"""Whether a test compares every text with which include/ refuses something: each piece of such a text stands in a file of tests/.

    tools/check_errors.py            exit code 1: it names the texts that no test has
    tools/check_errors.py engine io  of some folders

A text is a string literal of two words or more in a statement that reports: raise(…), fail(…), complain(…), why << …, failure << …, and so on. Its pieces
between values are looked up one by one, without blanks and punctuation at their ends. UNTESTED says which need no test, and why.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADERS = ROOT / "include" / "igata"
REPORTS = re.compile(  # in a statement whose literals are blank
    r"raise\(|fail\(|complain\(|interrupted\(|broken\(|static_assert\(|describe\(|\b(?:why|failure|line|said|shown|s) \+?<?<|return \"|return text\(")
# Where the texts of a folder or file are held otherwise, or no test can have them.
UNTESTED = {
    "plan: a kernel is told another one's fields": "an internal error of who writes a lowering",
    "has no kernel; use f32": "an internal error: primitives refuse types before",
    "IGATA_COMPILE_IN_STEPS has too few lines": "of who writes a pass",
    "::each leaves out a field": "of who writes a kernel",
    "attributes are ints": "of who writes a primitive",
    "a template argument must not have padding": "of who writes a template",
    "the file's bytes are used as they are, little-endian": "of processors that no preset has",
    "xsimd's batches of float": "of processors that no preset has",
}
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def joined(text):
    """Without comments; neighbouring literals are one."""
    text = re.sub(r"(?m)^\s*//.*$|^\s*#.*$", "", text)
    text = re.sub(r"(?m)(;|\{|\}|,|\))\s*//[^\n]*$", r"\1", text)
    return re.sub(r'"\s*\n\s*"', "", text)


def in_tests():
    files = [p for p in (ROOT / "tests").rglob("*") if p.suffix in (".cpp", ".hpp", ".cmake", ".txt")]
    text = "\n".join(p.read_text(errors="replace") for p in files)
    return re.sub(r'"\s*\n?\s*"', "", text).replace('\\"', '"')


def statements(text):
    """Each literal with the statement that it stands in."""
    bounds = [0]
    blank = LITERAL.sub(lambda m: '"' + " " * (len(m.group()) - 2) + '"', text)
    bounds += [m.end() for m in re.finditer(r"[;{}]", blank)] + [len(text)]
    at = 0
    for m in LITERAL.finditer(text):
        while bounds[at + 1] <= m.start():
            at += 1
        yield m.group(1), blank[bounds[at]:bounds[at + 1]], text.count("\n", 0, m.start()) + 1


def main():
    tests, missing, seen = in_tests(), [], 0
    for path in sorted(HEADERS.rglob("*.hpp")):
        name = str(path.relative_to(HEADERS))
        if sys.argv[1:] and not name.startswith(tuple(sys.argv[1:])):
            continue
        for literal, statement, _ in statements(joined(path.read_text())):
            piece = literal.replace('\\"', '"').replace("\\'", "'").strip(" .:;,()'\"")
            if " " not in piece or piece.startswith("<") or not REPORTS.search(statement):
                continue
            seen += 1
            if piece not in tests and not any(name.startswith(of) or of in literal for of in UNTESTED):
                missing.append(f"include/igata/{name}: {literal}")
    print("\n".join(missing + [f"{len(missing)} of {seen} pieces of texts stand in no test"]))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
