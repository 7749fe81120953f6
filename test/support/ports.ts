// Ports and addresses of the loopback network that nobody else uses at the moment.
// They lie below the ephemeral range (32768 up): a port that is closed for a while must neither be given to an outgoing
// connection of somebody else nor be reached by a connection from itself (TCP simultaneous open).
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const LOWEST = 15_000;
const HIGHEST = 32_000;

/** A TCP port on which somebody could listen now. */
export async function findFreePort(host = '127.0.0.1'): Promise<number> {
  for (let attempts = 0; attempts < 100; attempts += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await canListen(host, port)) return port;
  }
  throw new Error(`Found no free port on "${host}"`);
}

/** An address of 127.0.0.0/8 of one's own, for tests that cannot choose the port. */
export function chooseLoopbackAddress(): string {
  return `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(2, 255)}`;
}

async function canListen(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
