#!/usr/bin/env node
// The command.

// Name look-ups run on libuv's thread pool, half of it at most: with its default of four threads, two
// names that nobody answers for would hold up all others. To be set before the pool starts.

process.env.UV_THREADPOOL_SIZE ??= '32';

// As process 1 of a container we would not even notice a signal that nobody handles, so "docker stop" during the first
// moments would wait in vain. run.ts takes over.
const [command = ''] = process.argv.slice(2);
const leave = (): never => process.exit(0);
if (command === 'run' || command.startsWith('-')) process.on('SIGTERM', leave).on('SIGINT', leave);

const { main } = await import('./cli/main.ts');
try {
  await main(process.argv.slice(2));
} catch (error) {
  const { TcpbridgeError } = await import('./errors.ts');
  const expected = error instanceof TcpbridgeError;
  console.error(expected ? `tcpbridge: ${error.message}` : error);
  process.exit(expected ? error.exitCode : 1);
}
