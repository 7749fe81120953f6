// A plain node:net relay for comparison in `make bench`: pipes both ways, TCP_NODELAY on, no TCP_QUICKACK because
// node:net has no call for it.
//
//   node node-relay.mjs HOST:PORT HOST:PORT [HOST:PORT HOST:PORT ...]
import { connect } from 'node:net';

function open(hostPort) {
  const colon = hostPort.lastIndexOf(':');
  return connect({ host: hostPort.slice(0, colon), port: Number(hostPort.slice(colon + 1)), noDelay: true });
}

const endpoints = process.argv.slice(2);
for (let i = 0; i + 1 < endpoints.length; i += 2) {
  const left = open(endpoints[i]);
  const right = open(endpoints[i + 1]);
  left.on('error', () => right.destroy());
  right.on('error', () => left.destroy());
  left.pipe(right).pipe(left);
}
