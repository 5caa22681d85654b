# Toolchain: WebAssembly with 16-byte vectors and WASI, without exceptions; programs run under node
# (Debian packages clang-16, lld-16, wasi-libc, libc++-16-dev-wasm32, libc++abi-16-dev-wasm32, libclang-rt-16-dev-wasm32, nodejs).
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_CXX_COMPILER clang++-16)
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
set(CMAKE_CXX_FLAGS_INIT "-msimd128 -fno-exceptions -isystem /usr/lib/llvm-16/include/wasm32-wasi/c++/v1 -isystem /usr/include/wasm32-wasi")
# The linker's own choice is 64 KB; a matrix product takes 48, the filters of Winograd's method in training 75; what overflows overwrites variables.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,-z,stack-size=1048576")
set(CMAKE_CROSSCOMPILING_EMULATOR node --experimental-wasi-unstable-preview1 ${CMAKE_CURRENT_LIST_DIR}/run_wasm.mjs)
