// Bundles the product into dist/: the command, the forwarding thread and the library, koffi left outside.
import { rmSync, chmodSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
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
});
chmodSync('dist/bin.js', 0o755);
