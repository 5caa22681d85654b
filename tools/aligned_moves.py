#!/usr/bin/env python3
"""aligned_moves.py <objdump> <object file…>: finds moves of 32 and 64 bytes that end a program where memory is not aligned so. On Windows the stack is not,
and g++ may use them for it (GCC bug 54412). Through pointers only those past the caches are allowed: kernels use them where a pointer is aligned."""
import re
import subprocess
import sys

ALIGNED = re.compile(r"\tvmov(aps|apd|dqa|dqa32|dqa64)\s(?=.*%[yz]mm)(?=.*\()|\tvmovnt\w+\s(?=.*%[yz]mm).*\(%r[sb]p")
functions = found = 0
for file in sys.argv[2:]:
    function = ""
    for line in subprocess.run([sys.argv[1], "-dC", "--no-show-raw-insn", file], check=True, capture_output=True, text=True).stdout.split("\n"):
        if line.endswith(">:"):
            function = line[line.index("<") + 1:-2]
            functions += 1
        elif ALIGNED.search(line):
            found += 1
            print(function + ":", " ".join(line.split()[1:]))
print(f"{functions} functions, {found} aligned moves")
sys.exit(found > 0 or functions == 0)
