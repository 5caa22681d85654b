"""What firmware takes of flash but for weights and start-up code, from the linker's map; and that it holds nothing which a device has not.

  python3 size.py firmware.map firmware.elf most-bytes
"""
import re
import subprocess
import sys

FORBIDDEN = re.compile(r"_Zn[wa]|_Zd[la]|_?_?(malloc|free|realloc|calloc|abort|exit|printf|v?f?s?n?i?printf|puts|fwrite|fopen|write|logf?|expf?|cosf?|sinf?|powf?|tanhf?)(_r)?$"
                       r"|__aeabi_d|__cxa|__gxx")


def contributions(path):
    """(section, bytes, object) of everything that lies in flash."""
    text = open(path).read()
    text = text[text.index("Linker script and memory map"):]
    for section, address, size, file in re.findall(r"^ (\.(?:text|rodata|data|ARM\.exidx|vectors)\S*)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S+)$", text, re.M):
        yield section, int(size, 16), file


def main():
    path, elf, most = sys.argv[1], sys.argv[2], int(sys.argv[3])
    taken, own = 0, []
    for section, size, file in contributions(path):
        if "_startup" in file or section.endswith("7weights") or "6golden" in section or size == 0:  # the last are the test's own numbers
            continue
        taken += size
        own.append((size, section, file.rsplit("/", 1)[-1]))
    names = subprocess.run(["arm-none-eabi-nm", elf], capture_output=True, text=True, check=True).stdout
    found = sorted({line.split()[-1] for line in names.splitlines() if FORBIDDEN.match(line.split()[-1])})
    for size, section, file in sorted(own, reverse=True)[:30]:
        print(f"{size:6} {file:30} {section[:120]}")
    print(f"{taken} bytes of {most}")
    if not own or not any(line.endswith("vectors") for line in names.splitlines()):
        sys.exit(f"{path}: no map of firmware")
    if found:
        sys.exit("there must not be: " + ", ".join(found))
    if taken > most:
        sys.exit(f"{taken} bytes are more than {most}")


main()
