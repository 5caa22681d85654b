#!/usr/bin/env python3
"""What compiling each file of benchmarks/compile_time costs: user CPU time (best of three) and memory.

A file begins with what it may cost with g++; without such a line, and with other compilers, it is only measured.

    // budget: 1.2 s, 250 MB

    tools/compile_time.py g++[,clang++-16] [file ...]     exit code 1 if a file costs more than its budget, or does not compile

    tools/compile_time.py --instructions file [option ...]  the instructions that g++ takes, which repeat exactly; needs valgrind

Compilers that are not installed are left out with a line. Without files, dlib's LeNet of docs/performance.md is measured beside ours.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNS = 3


def compile_once(compiler, standard, path, output):
    arguments = [compiler, "-std=" + standard, "-O2", "-I", str(ROOT / "include"), "-c", str(path), "-o", output]
    _, status, usage = os.wait4(os.spawnvp(os.P_NOWAIT, compiler, arguments), 0)
    return status == 0, usage.ru_utime, usage.ru_maxrss / 1024


def measure(compiler, path, folder, standard="c++20"):
    """Prints a line; whether the file compiles within its budget."""
    budget = re.match(r"// budget: ([\d.]+) s(?:, ([\d.]+) MB)?", path.read_text())
    if not pathlib.Path(compiler).name.startswith("g++"):
        budget = None
    runs = [compile_once(compiler, standard, path, folder + "/out.o") for _ in range(RUNS)]
    seconds, memory = min(r[1] for r in runs), max(r[2] for r in runs)
    ok = all(r[0] for r in runs)
    note = "" if ok else "DOES NOT COMPILE"
    if ok and budget and (seconds > float(budget[1]) or memory > float(budget[2] or "inf")):
        ok, note = False, "OVER BUDGET"
    print(f"{path.stem:24} {compiler:12} {seconds:8.2f} {memory:6.0f}   {budget[0][11:] if budget else '-'} {note}", flush=True)
    return ok


def measure_dlib(compiler, folder):
    if not any(pathlib.Path(prefix, "dlib/dnn.h").exists() for prefix in ("/usr/include", "/usr/local/include")):
        return print("dlib is not installed (Debian: libdlib-dev): its LeNet is left out")
    subprocess.run([sys.executable, str(ROOT / "tools" / "readme_snippets.py"), folder], check=True, stdout=subprocess.DEVNULL)
    measure(compiler, pathlib.Path(folder, "dlib_lenet.cpp"), folder, "c++17")


def count_instructions(path, options):
    with tempfile.TemporaryDirectory() as folder:
        text = folder + "/text.ii"
        arguments = ["-std=c++20", "-O2", *options]
        subprocess.run(["g++", *arguments, "-I", str(ROOT / "include"), "-E", path, "-o", text], check=True)
        compiler = subprocess.run(["g++", "-print-prog-name=cc1plus"], check=True, capture_output=True, text=True).stdout.strip()
        run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", compiler, "-fpreprocessed", text, "-quiet", *arguments, "-o", "/dev/null"],
                             check=True, capture_output=True, text=True)
    count = int(re.search(r"Collected : (\d+)", run.stderr)[1])
    print(f"{pathlib.Path(path).stem:24} {count / 1e9:.2f} G instructions")


def main():
    if sys.argv[1:2] == ["--instructions"]:
        return count_instructions(sys.argv[2], sys.argv[3:])
    compilers = sys.argv[1].split(",") if len(sys.argv) > 1 else ["g++"]
    paths = [pathlib.Path(p) for p in sys.argv[2:]]
    with_dlib = not paths
    paths = paths or sorted((ROOT / "benchmarks" / "compile_time").glob("*.cpp"))
    failed = 0
    print(f"{'':24} {'':12} {'user s':>8} {'MB':>6}   budget")
    with tempfile.TemporaryDirectory() as folder:
        for compiler in compilers:
            if not shutil.which(compiler):
                print(f"{compiler} is not installed: left out")
                continue
            failed += sum(not measure(compiler, path, folder) for path in paths)
            if with_dlib:
                measure_dlib(compiler, folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
