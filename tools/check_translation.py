#!/usr/bin/env python3
"""Checks that README.ja.md says what README.md says: its code (but for comments), block by block, its tables' figures and its commands stand there too."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def facts(page):
    """Lines of code and commands without comments, and cells of tables with figures. Of the demo and the tests the words differ only in comments."""
    text = (ROOT / page).read_text()
    code = [line for block in re.findall(r"^```cpp.*?\n(.*?)^```", text, re.M | re.S) for line in block.split("\n")]
    code += re.findall(r"^    (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    cells = [cell for line in re.findall(r"^\|(.*)\|$", text, re.M) for cell in line.split("|") if re.search(r"\d", cell)]
    return [re.sub(r"\s+", " ", re.sub(r"(//|  #).*", "", fact)).strip() for fact in code + cells if fact.strip()]


known = set(facts("README.md"))
stale = [fact for fact in facts("README.ja.md") if fact not in known and not re.search(r"[\u3040-\u30ff]", fact)]
for fact in stale:
    print("README.ja.md, not in README.md:", fact)

def programs(page):
    """The blocks of C++ without comments and spaces."""
    return [re.sub(r"//[^\n]*|\s", "", block) for block in re.findall(r"^```cpp.*?\n(.*?)^```", (ROOT / page).read_text(), re.M | re.S)]


compiled = programs("README.md")
other = [block for block in programs("README.ja.md") if block not in compiled]  # only README.md's are compiled
for block in other:
    print("README.ja.md, no block of README.md:", block)
sys.exit(1 if stale or other else 0)
