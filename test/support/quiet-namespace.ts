// A network namespace in which nothing speaks unasked: without IPv6, whose routers and neighbours are looked for as soon as
// an interface is up.
import { NetworkNamespace } from './network-namespace.ts';
import type { Scope } from './qemu.ts';

/** Makes one that is gone with `scope`. */
export async function openQuietNamespace(scope: Scope): Promise<NetworkNamespace> {
  const namespace = await NetworkNamespace.open(scope);
  await namespace.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6');
  return namespace;
}
