// Two hosts: two network namespaces with a cable between them and a Docker engine in each, joined to one Swarm, and an
// attachable overlay network over both.
import { DockerEngine } from './docker-engine.ts';
import { copyImage, importBaseImage, importRouterImage, makeProductImage } from './docker-images.ts';
import { NetworkNamespace } from './network-namespace.ts';
import type { Scope } from './qemu.ts';

/** The overlay network of all tests. */
export const OVERLAY = 'lab';

const ADDRESSES = ['198.18.0.1', '198.18.0.2'] as const;

/** Starts both hosts, with the images that the tests need on each. */
export async function startSwarm(scope: Scope): Promise<[DockerEngine, DockerEngine]> {
  const a = await NetworkNamespace.open(scope);
  const b = await NetworkNamespace.open(scope);
  await NetworkNamespace.join(a, `${ADDRESSES[0]}/24`, b, `${ADDRESSES[1]}/24`);
  const first = await DockerEngine.start(scope, 0, a);
  const second = await DockerEngine.start(scope, 1, b);
  await importBaseImage(first);
  await makeProductImage(first);
  await copyImage(first, second, 'tcpbridge');
  for (const engine of [first, second]) await importRouterImage(engine);

  // The pools keep the overlays' addresses apart from those that the engines give to their own networks.
  const pools = ['--default-addr-pool', '198.19.128.0/17', '--default-addr-pool-mask-length', '24'];
  await first.docker('swarm', 'init', '--advertise-addr', ADDRESSES[0], ...pools);
  const token = await first.docker('swarm', 'join-token', '--quiet', 'worker');
  await second.docker('swarm', 'join', '--advertise-addr', ADDRESSES[1], '--token', token, `${ADDRESSES[0]}:2377`);
  await first.docker('network', 'create', '--driver', 'overlay', '--attachable', OVERLAY);
  return [first, second];
}
