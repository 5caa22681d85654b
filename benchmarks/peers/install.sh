#!/bin/sh
# Installs what the suite can measure igata beside, on Debian 12: benchmarks/peers/install.sh <folder>
# Libraries come from apt; ONNX Runtime from npm, into <folder>, which CMake is told by -DIGATA_ONNXRUNTIME=<folder>
# (build/peers, the default, is found without it). What is missing is left out of the suite, with a line that says so.
set -e
folder="${1:-$(dirname "$0")/../../build/peers}"
packages="libtorch-dev libdnnl-dev libxnnpack-dev libpthreadpool-dev libopenblas-dev libeigen3-dev libdlib-dev libxtensor-dev libxsimd-dev"
command -v npm >/dev/null || packages="$packages npm"
root=; [ "$(id -u)" -eq 0 ] || root=sudo
$root apt-get update -qq
$root apt-get install -y -qq --no-install-recommends $packages
mkdir -p "$folder" && cd "$folder"
npm install --prefix . --ignore-scripts --no-audit --no-fund onnxruntime-node@1.30.0
