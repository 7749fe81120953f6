// Where a forwarding thread's code lies: beside us in the bundle, in its folder in the compiled sources.

declare const TCPBRIDGE_WORKER: string | undefined;

/** The entry file of a forwarding thread. */
export const workerUrl = new URL(
  typeof TCPBRIDGE_WORKER === 'undefined' ? '../dataplane/loop/worker.js' : TCPBRIDGE_WORKER,
  import.meta.url,
);
