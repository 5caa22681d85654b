#!/usr/bin/env python3
"""From exec to the first result, of a program with its weights in a file: igata beside ONNX Runtime, whose file holds the graph too. One thread each, files
in the system's cache, the processes in turn. ONNX Runtime starts twice: from the network with all optimisations, and from what they made of it before.

    benchmarks/models/cold_start.py build/bench/benchmarks [runs]      a table: milliseconds until the result is there, the least and the median,
                                                                       and the least of the processor's time, which other processes do not lengthen
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

NETWORKS = [("lenet", "LeNet-5"), ("mobilenet_v2", "MobileNetV2"), ("resnet50", "ResNet-50")]


def first_result(command):
    """Milliseconds until the process has written its line, and of processor time of all of it."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    line = process.stdout.readline()
    passed = time.perf_counter() - begin
    _, status, used = os.wait4(process.pid, 0)
    process.stdout.close()
    process.returncode = status
    if status or not line:
        sys.exit(f"{command} failed")
    return passed * 1e3, (used.ru_utime + used.ru_stime) * 1e3


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    top = pathlib.Path(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    own, peer = top / "igata_benchmark_models_binding", top / "peers" / "igata_peer_onnxruntime_start"
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print("| exec to first result | igata | ONNX Runtime | the same, optimised before |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        weights, onnx, fast = (os.path.join(folder, name) for name in ("net.safetensors", "net.onnx", "fast.onnx"))
        for name, shown in NETWORKS:
            subprocess.run([own, name, "save", weights], check=True)
            subprocess.run([peer, "save", shown, onnx, fast], check=True)
            commands = [[own, name, "start", weights], [peer, "start", shown, onnx], [peer, "start_optimised", shown, fast]]
            times = [[] for _ in commands]
            for _ in range(runs + 1):
                for all_times, command in zip(times, commands):
                    all_times.append(first_result(command))
            cells = []
            for of_one in times:
                passed, used = zip(*of_one[1:])
                cells.append(f"{min(passed):.1f} ({statistics.median(passed):.1f}) ms, {min(used):.1f} ms")
            print(f"| {shown} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
