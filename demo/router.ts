// A simulated router: one process with one network interface, seen from outside exactly as QEMU's
// `-netdev socket,listen=` shows a machine. It listens, serves one client at a time, leaves Nagle's algorithm on for the
// accepted socket (net_socket_accept in net/socket.c sets no TCP_NODELAY), and hands each frame with its length to the
// kernel in one call. Behind that it answers ARP and ping, and sends BFD, voice and pings when main.ts says so.
import { createServer, type Socket } from 'node:net';
import { encodeFrame, FrameSplitter } from './framing.ts';
import type { RouterCommand, RouterEvent, RouterSettings } from './messages.ts';
import {
  decodeFrame,
  encodeArpReply,
  encodeArpRequest,
  encodeBfd,
  encodeEcho,
  encodeVoice,
  type Host,
  type Packet,
  parseAddress,
  parseMac,
} from './packets.ts';

const ECHO_ID = 0x7463;
const ECHO_DATA_BYTES = 56; // What ping(8) sends unless told otherwise.
const ARP_INTERVAL_MS = 200;
const LAST_REPLY_WAIT_MS = 1_000;

const settings: RouterSettings = JSON.parse(process.argv[2] ?? '{}');
const self: Host = { mac: parseMac(settings.mac), address: parseAddress(settings.address) };
const peerAddress = parseAddress(settings.peerAddress);
let peer: Host | undefined;

// The client that is served, and those who wait behind it: QEMU accepts the next when the present one has gone.
let client: Socket | undefined;
const waiting: Socket[] = [];

let timers: NodeJS.Timeout[] = [];
let bfdTimer: NodeJS.Timeout | undefined;
let finishPings: (() => void) | undefined;
const answered = new Set<number>();
let pingsWanted = 0;

const server = createServer({ pauseOnConnect: true }, (socket) => {
  socket.on('error', () => undefined); // A reset is followed by 'close', which is all that matters here.
  if (client) waiting.push(socket);
  else serve(socket);
});
server.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EADDRINUSE') tell({ kind: 'address-in-use' });
  else fail(`Cannot listen on "${settings.listenAddress}:${settings.listenPort}": ${error.message}`);
});
server.listen(settings.listenPort, settings.listenAddress, () => tell({ kind: 'listening' }));

process.on('message', (command: RouterCommand) => obey(command));
// When main.ts dies, however that happens, nobody is left to stop this process but itself.
process.on('disconnect', () => process.exit(0));

function serve(socket: Socket): void {
  client = socket;
  const splitter = new FrameSplitter();
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const frame of splitter.push(chunk)) receive(frame);
    } catch (error) {
      fail((error as Error).message);
    }
  });
  socket.on('close', () => {
    client = undefined;
    tell({ kind: 'detached' });
    const next = waiting.shift();
    if (next) serve(next);
  });
  socket.resume();
  tell({ kind: 'attached' });
}

function send(frame: Buffer): void {
  // Like QEMU: what is sent while nobody is attached is gone.
  client?.write(encodeFrame(frame));
}

function receive(frame: Buffer): void {
  const packet = decodeFrame(frame);
  if (packet === undefined) fail('Received a frame that the other router did not send');
  else if (packet.kind === 'arp-request') answerArp(packet);
  else if (packet.kind === 'arp-reply') learnPeer(packet.from);
  else if (packet.kind === 'echo-request') send(encodeEcho('echo-reply', self, packet.from, packet));
  else if (packet.kind === 'echo-reply') noteReply(packet);
}

function answerArp(packet: Extract<Packet, { kind: 'arp-request' | 'arp-reply' }>): void {
  if (packet.targetAddress.equals(self.address)) send(encodeArpReply(self, packet.from));
}

function learnPeer(from: Host): void {
  if (peer || !from.address.equals(peerAddress)) return;
  // A copy, because the frame is a view of the read buffer.
  peer = { mac: Buffer.from(from.mac), address: Buffer.from(from.address) };
  stopTimers();
  tell({ kind: 'resolved', mac: [...peer.mac].map((byte) => byte.toString(16).padStart(2, '0')).join(':') });
}

function noteReply(packet: Extract<Packet, { kind: 'echo-request' | 'echo-reply' }>): void {
  if (packet.id !== ECHO_ID || packet.data.length !== ECHO_DATA_BYTES || answered.has(packet.sequence)) return;
  const roundTripMs = Number(process.hrtime.bigint() - packet.data.readBigUInt64BE(0)) / 1e6;
  answered.add(packet.sequence);
  tell({ kind: 'reply', sequence: packet.sequence, bytes: packet.data.length + 8, roundTripMs });
  if (answered.size === pingsWanted) finishPings?.();
}

function obey(command: RouterCommand): void {
  if (command.kind === 'resolve') {
    peer = undefined;
    const ask = () => send(encodeArpRequest(self, peerAddress));
    ask();
    timers.push(setInterval(ask, ARP_INTERVAL_MS));
  } else if (command.kind === 'start-bfd') {
    sendBfd(command.intervalMs);
  } else if (command.kind === 'start-voice') {
    sendVoice(command.intervalMs);
  } else if (command.kind === 'ping') {
    ping(command.count, command.intervalMs);
  } else {
    stopTimers();
  }
}

function sendBfd(intervalMs: number): void {
  if (peer) send(encodeBfd(self, peer, intervalMs));
  // Each packet up to 25 % early, so that neighbours do not fall into step (RFC 5880 section 6.8.7).
  bfdTimer = setTimeout(() => sendBfd(intervalMs), intervalMs * (0.75 + Math.random() / 4));
}

function sendVoice(intervalMs: number): void {
  let sequence = 0;
  timers.push(
    setInterval(() => {
      if (!peer) return;
      send(encodeVoice(self, peer, sequence, intervalMs));
      sequence += 1;
    }, intervalMs),
  );
}

function ping(count: number, intervalMs: number): void {
  answered.clear();
  pingsWanted = count;
  let sent = 0;
  const timer = setInterval(() => {
    if (!peer) return;
    const data = Buffer.alloc(ECHO_DATA_BYTES);
    data.writeBigUInt64BE(process.hrtime.bigint(), 0);
    sent += 1;
    send(encodeEcho('echo-request', self, peer, { id: ECHO_ID, sequence: sent, data }));
    if (sent < count) return;
    clearInterval(timer);
    timers.push(setTimeout(() => finishPings?.(), LAST_REPLY_WAIT_MS));
  }, intervalMs);
  timers.push(timer);
  finishPings = () => {
    finishPings = undefined;
    tell({ kind: 'pings-done', sent });
  };
}

function stopTimers(): void {
  clearTimeout(bfdTimer);
  for (const timer of timers) clearInterval(timer);
  timers = [];
}

function tell(event: RouterEvent): void {
  process.send?.(event);
}

function fail(message: string): void {
  tell({ kind: 'failed', message });
}
