// A generous limit for waits that end by an event: it never makes a test fast or slow, it only turns a hang into a message.
// Used wherever the tests and the QEMU demonstration wait for a process or a guest.

/** Settles as the promise does, or rejects with a message that names what was waited for. */
export async function withDeadline<T>(promise: Promise<T>, deadlineMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${deadlineMs / 1000} s for ${what}`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}
