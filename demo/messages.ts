// What the demonstration's main process and a simulated router say to each other, over the IPC channel of fork().

/** Who a simulated router is and where it listens: the argument of demo/router.ts, as JSON. */
export interface RouterSettings {
  readonly mac: string;
  readonly address: string;
  readonly peerAddress: string;
  readonly listenAddress: string;
  readonly listenPort: number;
}

/** What main.ts asks of a router. */
export type RouterCommand =
  | { kind: 'resolve' }
  | { kind: 'start-bfd'; intervalMs: number }
  | { kind: 'start-voice'; intervalMs: number }
  | { kind: 'ping'; count: number; intervalMs: number }
  | { kind: 'stop-traffic' };

/** What a router tells main.ts. */
export type RouterEvent =
  | { kind: 'listening' }
  | { kind: 'address-in-use' }
  | { kind: 'attached' }
  | { kind: 'detached' }
  | { kind: 'resolved'; mac: string }
  | { kind: 'reply'; sequence: number; bytes: number; roundTripMs: number }
  | { kind: 'pings-done'; sent: number }
  | { kind: 'failed'; message: string };

/** One kind of event, with its fields. */
export type RouterEventOf<Kind extends RouterEvent['kind']> = Extract<RouterEvent, { kind: Kind }>;
