// Bundles the product into dist/: the command, the forwarding thread and the library, koffi left outside.
// Its declarations (dist/types) come from `npm run types`; the image and the tests do without them.
import { chmodSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** What esbuild is told; scripts/notices.mjs asks it with the same options what ends up inside. */
export const bundle = {
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  entryPoints: {
    bin: 'src/bin.ts',
    worker: 'src/dataplane/loop/worker.ts',
    index: 'src/index.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: 'chunk-[name]-[hash]',
  external: ['koffi'],
  sourcemap: 'linked',
  // All output files lie in one folder, so the thread's file is a neighbour of whoever starts it.
  define: { TCPBRIDGE_WORKER: '"./worker.js"' },
  // Bundled CommonJS packages call require().
  banner: {
    js: "import { createRequire as createRequireForBundle } from 'node:module';\nconst require = createRequireForBundle(import.meta.url);",
  },
  logLevel: 'warning',
};

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const folder = new URL('../dist/', import.meta.url);
  const fresh = new URL('../dist.new/', import.meta.url);
  rmSync(fresh, { recursive: true, force: true });
  await build({ ...bundle, outdir: 'dist.new' });
  chmodSync(new URL('bin.js', fresh), 0o755);
  // Swapped at once, so that whoever runs the old one meanwhile finds one or the other.
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}
