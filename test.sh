#!/usr/bin/env bash
# Builds and runs all tests: g++ (with the checks of the tree and the projects that use igata), clang 16, clang with sanitizers, and the kernels'
# tests on 64-bit ARM (under qemu), in WebAssembly (under node) and on Windows (under wine); and firmware for a Cortex-M4 (under qemu).
# Installs what is missing on Debian 12. Presets may be named: ./test.sh clang; ./test.sh quick has some tests of every kind, g++ only, in a few minutes;
# ./test.sh xsimd xsimd-aarch64 has the kernels on the user's xsimd.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. tools/packages.sh
presets=("$@")
if [ ${#presets[@]} -eq 0 ]; then presets=(test clang asan aarch64 wasm32 windows cortex-m4); fi
need g++=g++ cmake=cmake ninja=ninja-build python3=python3 gtest/gtest.h=libgtest-dev
if [[ "${presets[*]}" != quick ]]; then
  need /usr/share/i18n/locales/de_DE=locales doxygen=doxygen clang++-16=clang-16 /usr/include/curses.h=libncurses-dev X11/Xlib.h=libx11-dev \
    benchmark/benchmark.h=libbenchmark-dev /usr/share/libonnx-testdata/data=libonnx-testdata xsimd/xsimd.hpp=libxsimd-dev
fi
if [[ " ${presets[*]} " == *" asan "* ]]; then need "/usr/lib/llvm-16/lib/clang/16/lib/linux/libclang_rt.asan-$(uname -m).a"=libclang-rt-16-dev; fi
if [[ " ${presets[*]} " == *" xsimd"* ]]; then need xsimd/xsimd.hpp=libxsimd-dev; fi
if [[ " ${presets[*]} " == *"aarch64 "* ]]; then need aarch64-linux-gnu-g++=g++-aarch64-linux-gnu qemu-aarch64=qemu-user; fi
if [[ " ${presets[*]} " == *" wasm32 "* ]]; then
  need node=nodejs wasm-ld-16=lld-16 /usr/lib/wasm32-wasi/libc.a=wasi-libc /usr/lib/wasm32-wasi/libc++.a=libc++-16-dev-wasm32 \
    /usr/lib/wasm32-wasi/libc++abi.a=libc++abi-16-dev-wasm32 /usr/lib/llvm-16/lib/clang/16/lib/wasi/libclang_rt.builtins-wasm32.a=libclang-rt-16-dev-wasm32
fi
if [[ " ${presets[*]} " == *" cortex-m4 "* ]]; then
  need arm-none-eabi-g++=gcc-arm-none-eabi /usr/include/newlib/c++=libstdc++-arm-none-eabi-newlib qemu-system-arm=qemu-system-arm
fi
if [[ " ${presets[*]} " == *" windows "* ]]; then need x86_64-w64-mingw32-g++-posix=g++-mingw-w64-x86-64-posix /usr/lib/wine/wine64=wine64; fi
mkdir -p build
passed=0 failed=0
for preset in "${presets[@]}"; do
  log=build/$preset.log
  begin=$SECONDS
  echo "== $preset"
  cmake --workflow --preset "$preset" 2>&1 | tee "$log"
  status=$?
  # ctest ends with: 97% tests passed, 1 tests failed out of 34
  if [[ $(grep -E 'tests passed, [0-9]+ tests failed out of' "$log" | tail -1) =~ ,\ ([0-9]+)\ tests\ failed\ out\ of\ ([0-9]+) ]]; then
    bad=${BASH_REMATCH[1]} all=${BASH_REMATCH[2]}
  else
    bad=0 all=0
  fi
  if [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1 all=$((all + 1)); fi  # did not build, or no tests
  passed=$((passed + all - bad)) failed=$((failed + bad))
  echo "== $preset: $((all - bad)) passed, $bad failed in $((SECONDS - begin)) s"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
