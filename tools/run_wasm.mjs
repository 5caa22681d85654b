// Runs a WASI program: node tools/run_wasm.mjs program [argument …]
import { readFile } from 'node:fs/promises';

process.removeAllListeners('warning');  // that WASI is experimental
const { WASI } = await import('node:wasi');
const wasi = new WASI({ version: 'preview1', args: process.argv.slice(2), env: {}, returnOnExit: true });
const module = await WebAssembly.compile(await readFile(process.argv[2]));
// By way of functions of JavaScript: node 20 calls its own ones directly, without what the garbage collector needs to know, and dies now and then
// behind the last test (always with --single-threaded; never with --no-turbo-fast-api-calls).
const imports = Object.fromEntries(Object.entries(wasi.wasiImport).map(([name, call]) => [name, (...args) => call(...args)]));
process.exitCode = wasi.start(await WebAssembly.instantiate(module, { wasi_snapshot_preview1: imports }));
