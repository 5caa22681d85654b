#!/usr/bin/env python3
"""The reference of the public interface: docs/reference.py doxygen writes build/docs/html; the preset docs does it too.

Doxygen reads a copy of the tree in which our plain comments are documentation: it would start a process for each file if it filtered them.
A comment on the lines above a declaration documents it, one behind a member that member. The head of a file documents the file,
and what is called like it: the head of nn/dense.hpp is the text of nn::dense. Lines indented behind // are code.
"""
import pathlib
import re
import shutil
import subprocess
import sys

MEMBER = re.compile(r"^(\s+[^/\"']*[;,])\s*// (.*)$")


def text_of(line):
    """The comment's text for Markdown, whose code has four columns and whose text may have no tags."""
    inner = line.lstrip()[2:].rstrip()
    if re.match(r"^ {2,}\S", inner):
        return "///    " + inner
    return "///" + "`".join(part.replace("<", "&lt;") if i % 2 == 0 else part for i, part in enumerate(inner.split("`")))


def page(text):
    """A page's text: Doxygen takes #include between backticks for a link to a member, now and then."""
    def code(match):
        return "<code>" + match[1].replace("&", "&amp;").replace("<", "&lt;").replace("#", "\\#") + "</code>"
    return re.sub(r"(?<!`)`([^`\n]*#include[^`\n]*)`(?!`)", code, text)


def comment_block(lines, i):
    block = []
    while i < len(lines) and lines[i].lstrip().startswith("//") and not lines[i].lstrip().startswith("///"):
        block.append(lines[i])
        i += 1
    return block, i


def documented(path):
    """The header's text as Doxygen wants it."""
    lines = path.read_text().split("\n")
    stem = path.stem
    named = re.compile(rf"^(?:(?:class|struct)\s+(?:\[\[\w+\]\]\s+)?{stem}\b(?!;)|(?:inline\s+)?constexpr\s+[\w:<>]+\s+{stem}\(|inline\s+[\w:<>]+\s+{stem}\()")
    out, head, i = [], [], 0
    while i < len(lines):
        block, after = comment_block(lines, i)
        if block:
            texts = []
            for line in block:
                text = text_of(line)
                if text.startswith("///    ") and texts and texts[-1] != "///" and not texts[-1].startswith("///    "):
                    texts.append("///")  # Markdown wants an empty line before code
                texts.append(text)
            if i == 0:
                head = texts
                out += ["/// @file", *texts, ""]
            else:
                out += texts
            i = after
            continue
        line = lines[i]
        if head and named.match(line.replace("template <class", "")) and not out[-1].startswith("///"):
            at = len(out)
            while at and (out[at - 1].startswith("template") or out[at - 1].lstrip().startswith("requires")):
                at -= 1
            if not (at and out[at - 1].startswith("///")):
                out[at:at] = head
            head = []
        if match := MEMBER.match(line):
            line = f"{match[1]}  ///< {match[2].replace('<', '&lt;')}"
        out.append(line.replace("namespace igata::inline IGATA_ABI", "namespace igata"))
        i += 1
    return "\n".join(out) + "\n"


root = pathlib.Path(__file__).resolve().parent.parent
copy = root / "build/docs/source"
shutil.rmtree(copy, ignore_errors=True)
copy.mkdir(parents=True)
shutil.copytree(root / "docs", copy / "docs")
for path in [*root.glob("*.md"), *(root / "docs").glob("*.md")]:
    (copy / path.relative_to(root)).write_text(page(path.read_text()))
for path in (root / "include").rglob("*"):
    if path.suffix not in (".hpp", ".inc"):
        continue
    target = copy / path.relative_to(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(documented(path) if path.suffix == ".hpp" else path.read_text())
sys.exit(subprocess.run([sys.argv[1], "docs/Doxyfile"], cwd=copy).returncode)
