// Runs a WASI program: node tools/run_wasm.mjs program [argument …]
import { readFile } from 'node:fs/promises';

process.removeAllListeners('warning');  // that WASI is experimental
const { WASI } = await import('node:wasi');
const wasi = new WASI({ version: 'preview1', args: process.argv.slice(2), env: {}, returnOnExit: true });
const module = await WebAssembly.compile(await readFile(process.argv[2]));
process.exitCode = wasi.start(await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport }));
