// What is said of a frame that an interface of this host (tap.ts, raw.ts) does not carry: the numbers, and what would do.
// Said once per MTU, so it may take its time.

const ETHERNET_HEADER_BYTES = 14;
// MAX_MTU of drivers/net/tun.c less its header; no Ethernet interface has more.
const MAX_MTU = 65_521;

/** Why a frame of so many bytes was not taken; `remedy` is what to do, given the least MTU that would carry it. */
export function explainTooBig(bytes: number, name: string, mtu: number, remedy: (least: number) => string): string {
  const least = bytes - ETHERNET_HEADER_BYTES;
  const impossible = `no interface can have more than ${MAX_MTU}, so set a smaller MTU in the machine`;
  const advice = least > MAX_MTU ? impossible : remedy(least);
  return `a frame of ${bytes} bytes is larger than ${name} carries, whose MTU is ${mtu}: ${advice}`;
}
