#!/usr/bin/env node
// The command. Name look-ups run on libuv's thread pool, half of it at most: with its default of four threads, two
// names that nobody answers for would hold up all others. To be set before the pool starts.

process.env['UV_THREADPOOL_SIZE'] ??= '32';

const { main } = await import('./cli/main.ts');
try {
  await main(process.argv.slice(2));
} catch (error) {
  const { TcpbridgeError } = await import('./errors.ts');
  const expected = error instanceof TcpbridgeError;
  console.error(expected ? `tcpbridge: ${error.message}` : error);
  process.exit(expected ? error.exitCode : 1);
}
