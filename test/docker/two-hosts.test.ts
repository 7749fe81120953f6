// A lab over two hosts: two engines, one Swarm, an overlay network, a router on each host. First one bridge on one of them,
// then examples/swarm-stack.yaml: three replicas that share the links.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachedEndpoints, pingWithoutLoss, poll, waitForLinks } from '../support/docker-bridge.ts';
import type { DockerEngine } from '../support/docker-engine.ts';
import { RouterShells } from '../support/docker-routers.ts';
import { OVERLAY, startSwarm } from '../support/docker-swarm.ts';

const NICS = 6;
const REPLICAS = 3;
const numbers = Array.from({ length: NICS }, (_, index) => index + 1);

test('tcpbridge across two Docker hosts', async (t) => {
  const engines = await startSwarm(t);
  const [first, second] = engines;
  const shells = await RouterShells.open(t, first, ['vr1', 'vr2']);
  const network = ['--network', OVERLAY];
  const [vr1] = await Promise.all([
    shells.start(
      first,
      'vr1',
      numbers.map((nic) => `${addressOf(1, nic)}/24`),
      network,
    ),
    shells.start(
      second,
      'vr2',
      numbers.map((nic) => `${addressOf(2, nic)}/24`),
      network,
    ),
  ]);

  await t.test('one bridge, on one of the hosts', async (t) => {
    await first.docker('run', '-d', '--name', 'tcpbridge', ...network, 'tcpbridge', '--p2p', 'vr1/1--vr2/1');
    await waitForLinks(first, 'tcpbridge');
    await pingWithoutLoss(t, vr1, addressOf(2, 1), [{ engine: first, id: 'tcpbridge' }]);
    await first.docker('rm', '--force', 'tcpbridge');
  });

  await t.test('examples/swarm-stack.yaml: three shares, every link runs exactly once', async (t) => {
    await first.docker(
      'stack',
      'deploy',
      '--resolve-image',
      'never',
      '--compose-file',
      'examples/swarm-stack.yaml',
      'lab',
    );
    const shares = await allShares(engines);
    for (const nic of numbers) await pingWithoutLoss(t, vr1, addressOf(2, nic), shares, 30);
    const attached = await Promise.all(shares.map(({ engine, id }) => attachedEndpoints(engine, id)));
    t.diagnostic(`shares: ${attached.map((endpoints) => `[${endpoints.join(' ')}]`).join(' ')}`);
    for (const nic of numbers) {
      const owners = attached.filter((endpoints) => endpoints.includes(`vr1/${nic}`));
      assert.equal(owners.length, 1, `Link ${nic} runs ${owners.length} times`);
      assert.ok(owners[0]?.includes(`vr2/${nic}`));
    }
    assert.equal(attached.flat().length, 2 * NICS);
    assert.ok(attached.every((endpoints) => endpoints.length > 0));

    await t.test('a share that is killed comes back with its links', async (t) => {
      const victim = shares[0]!;
      const lost = attached[0]!;
      const killedAt = performance.now();
      await victim.engine.docker('kill', victim.id);
      const now = await allShares(engines, victim.id);
      t.diagnostic(`links are back ${Math.round(performance.now() - killedAt)} ms after the kill`);
      const fresh = now.find(({ id }) => !shares.some((share) => share.id === id))!;
      assert.deepEqual((await attachedEndpoints(fresh.engine, fresh.id)).toSorted(), lost.toSorted());
      for (const nic of numbers) await pingWithoutLoss(t, vr1, addressOf(2, nic), now, 30);
    });
    await first.docker('stack', 'rm', 'lab');
    await poll('the stack to be gone', async () => (await findShares(engines)).length === 0);
  });
});

interface Share {
  engine: DockerEngine;
  id: string;
}

function addressOf(router: number, nic: number): string {
  return `198.18.${100 + nic}.${router}`;
}

async function findShares(engines: readonly DockerEngine[]): Promise<Share[]> {
  const found = engines.map(async (engine) => {
    const filter = 'label=com.docker.swarm.service.name=lab_tcpbridge';
    const ids = await engine.docker('ps', '--quiet', '--no-trunc', '--filter', filter);
    return ids.split('\n').flatMap((id) => (id === '' ? [] : [{ engine, id }]));
  });
  return (await Promise.all(found)).flat();
}

// All replicas, without the one that is gone, once each of them says that its links run.
async function allShares(engines: readonly DockerEngine[], gone?: string): Promise<Share[]> {
  let shares: Share[] = [];
  await poll(`${REPLICAS} shares to run`, async () => {
    shares = (await findShares(engines)).filter(({ id }) => id !== gone);
    return shares.length === REPLICAS;
  });
  for (const { engine, id } of shares) await waitForLinks(engine, id);
  return shares;
}
