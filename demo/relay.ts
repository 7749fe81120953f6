// The relay that tcpbridge is compared with: plain node:net, as a careful author would write it. It forwards whole
// chunks at once and sets TCP_NODELAY on its own sockets; all that it lacks is TCP_QUICKACK, for which Node has no call.
// Usage: node relay.js HOST:PORT HOST:PORT
import { connect, type Socket } from 'node:net';

const sockets = process.argv.slice(2).map((endpoint) => {
  const colon = endpoint.lastIndexOf(':');
  const socket = connect({ host: endpoint.slice(0, colon), port: Number(endpoint.slice(colon + 1)), noDelay: true });
  socket.on('error', (error) => {
    console.error(`Cannot relay to "${endpoint}": ${error.message}`);
    process.exit(1);
  });
  return socket;
});
const [a, b] = sockets as [Socket, Socket];
a.pipe(b);
b.pipe(a);
process.on('SIGTERM', () => process.exit(0));
