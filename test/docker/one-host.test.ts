// The product in Docker as its users run it: `make`, then `docker run` to the letter, with routers that are real QEMU
// machines in containers. One engine and one pair of routers serve all of it, in this order.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runCommand } from '../support/command.ts';
import {
  exitCodeOf,
  nextAttachment,
  pingWithoutLoss,
  poll,
  stopMeasured,
  waitForHealth,
} from '../support/docker-bridge.ts';
import { DockerEngine } from '../support/docker-engine.ts';
import { importBaseImage, importRouterImage, makeProductImage, ROUTER_IMAGE } from '../support/docker-images.ts';
import { type Router, RouterShells } from '../support/docker-routers.ts';

const VR1 = '198.18.100.1';
const VR2 = '198.18.100.2';
const LINK = ['--p2p', 'vr1/1--vr2/1'];

test('tcpbridge on one Docker host', async (t) => {
  const engine = await DockerEngine.start(t);
  await importBaseImage(engine);
  await importRouterImage(engine);
  const bridges = [{ engine, id: 'tcpbridge' }];
  const shells = await RouterShells.open(t, engine, ['vr1', 'vr2']);
  const routers = async (...more: string[]): Promise<[Router, Router]> =>
    await Promise.all([
      shells.start(engine, 'vr1', [`${VR1}/24`], more),
      shells.start(engine, 'vr2', [`${VR2}/24`], more),
    ]);

  await t.test('make builds the image, small and without root', async (t) => {
    await makeProductImage(engine);
    const bytes = Number(await engine.docker('image', 'inspect', '--format', '{{.Size}}', 'tcpbridge'));
    t.diagnostic(`image: ${(bytes / 1e6).toFixed(1)} MB`);
    assert.ok(bytes < 150e6, `The image has ${bytes} bytes`);
    assert.match(await engine.docker('image', 'inspect', '--format', '{{.Config.User}}', 'tcpbridge'), /^[1-9]/);
    assert.match(await engine.docker('run', '--rm', 'tcpbridge', '--version'), /^tcpbridge \d/);
  });

  await t.test('REGISTRY prefixes the name', async () => {
    await makeProductImage(engine, { REGISTRY: 'registry.example.com:1234/' });
    await engine.docker('image', 'inspect', 'registry.example.com:1234/tcpbridge');
  });

  await t.test('the seed command, with --link: guests ping each other', async (t) => {
    const [vr1] = await routers();
    await runToTheLetter(
      t,
      engine,
      'docker run -d --name tcpbridge --link vr1 --link vr2 tcpbridge --p2p vr1/1--vr2/1',
    );
    await waitForHealth(engine, 'tcpbridge', 'healthy');
    assert.equal(await engine.docker('exec', 'tcpbridge', 'cat', '/health'), '0 running');
    assert.equal(await linksSeenInside(engine), 'vr1/1--vr2/1');
    await pingWithoutLoss(t, vr1, VR2, bridges);

    await t.test('docker stop ends it at once and in good order', async (t) => {
      const elapsedMs = await stopMeasured(engine, 'tcpbridge');
      t.diagnostic(`docker stop: ${elapsedMs} ms`);
      // 137 is SIGKILL, after the 10 s that docker stop gives.
      assert.equal(await exitCodeOf(engine, 'tcpbridge'), 0);
      await engine.docker('rm', 'tcpbridge');
    });

    await t.test('another user, no capabilities, read-only: works', async (t) => {
      const locked = [
        '--user',
        '65534:65534',
        '--cap-drop',
        'ALL',
        '--read-only',
        '--security-opt',
        'no-new-privileges',
      ];
      const links = ['--link', 'vr1', '--link', 'vr2'];
      await engine.docker('run', '-d', '--name', 'tcpbridge', ...locked, ...links, 'tcpbridge', ...LINK);
      await waitForHealth(engine, 'tcpbridge', 'healthy');
      assert.equal(await linksSeenInside(engine), 'vr1/1--vr2/1');
      await pingWithoutLoss(t, vr1, VR2, bridges);
      await engine.docker('rm', '--force', 'tcpbridge', 'vr1', 'vr2');
    });
  });

  await t.test('user-defined network: it waits for its routers, and finds them again', async (t) => {
    await engine.docker('network', 'create', 'lab');
    const network = ['--network', 'lab'];
    const impatient = ['--health-interval', '1s', '--health-start-period', '1s', '--health-retries', '1'];
    await engine.docker('run', '-d', '--name', 'tcpbridge', ...network, ...impatient, 'tcpbridge', ...LINK);
    await waitForHealth(engine, 'tcpbridge', 'unhealthy');
    assert.match(await engine.docker('exec', 'tcpbridge', 'cat', '/health'), /^1 waiting for vr1\/1, vr2\/1$/);
    const startedAt = await engine.inspect('tcpbridge', '{{.State.StartedAt}} {{.State.Pid}}');
    const [vr1] = await routers(...network);
    await waitForHealth(engine, 'tcpbridge', 'healthy');
    await pingWithoutLoss(t, vr1, VR2, bridges);

    await t.test('a router restarts', async (t) => {
      await heal(t, engine, shells, vr1, () => engine.docker('restart', '--time', '1', 'vr2'));
    });

    await t.test('a router is removed and comes back with another address', async (t) => {
      const address = '{{.NetworkSettings.Networks.lab.IPAddress}}';
      const before = await engine.inspect('vr2', address);
      await engine.docker('rm', '--force', 'vr2');
      // Someone else takes the address, or the engine would give it out again.
      await engine.docker('run', '-d', '--name', 'squatter', ...network, '--entrypoint', 'cat', '-i', 'tcpbridge');
      await heal(t, engine, shells, vr1, () => engine.docker(...shells.runArguments('vr2', [`${VR2}/24`], network)));
      assert.notEqual(await engine.inspect('vr2', address), before);
    });

    assert.equal(await engine.inspect('tcpbridge', '{{.State.StartedAt}} {{.State.Pid}}'), startedAt);
    await engine.docker('rm', '--force', 'tcpbridge', 'squatter', 'vr2');

    await t.test('an application in a container joins the lab as a router does', async (t) => {
      await engine.docker('run', '-d', '--name', 'app', ...network, '--entrypoint', 'cat', '-i', 'tcpbridge');
      const inside = ['--network', 'container:app'];
      const tap = ['--tap-listen', '1', '--ipv4-address', `${VR2}/24`];
      await engine.docker('run', '-d', '--name', 'refused', ...inside, 'tcpbridge', ...tap, '--control', 'none');
      await poll('the reason why there is no TAP interface', async () =>
        (await engine.tryDocker('logs', 'refused')).stderr.includes(
          'needs CAP_NET_ADMIN and /dev/net/tun (docker run --user root --cap-add NET_ADMIN --device /dev/net/tun)',
        ),
      );
      await engine.docker('rm', '--force', 'refused');
      const privileges = ['--user', 'root', '--cap-add', 'NET_ADMIN', '--device', '/dev/net/tun'];
      await engine.docker('run', '-d', '--name', 'joined', ...inside, ...privileges, 'tcpbridge', ...tap);
      await engine.docker('run', '-d', '--name', 'tcpbridge', ...network, 'tcpbridge', '--p2p', 'vr1/1--app/1');
      await waitForHealth(engine, 'joined', 'healthy');
      // The address had another machine behind it until now.
      await vr1.run('ip neighbour flush all');
      await pingWithoutLoss(t, vr1, VR2, bridges);
      await engine.docker('rm', '--force', 'tcpbridge', 'joined', 'app');
    });
    await engine.docker('rm', '--force', 'vr1');
  });

  await t.test('examples/compose.yaml', async (t) => {
    const override = join(engine.folder, 'compose-test.yaml');
    const router = (name: string, address: string) => ({
      privileged: false,
      volumes: [`${shells.folder}:/shell`],
      environment: { ROUTER_NAME: name, ROUTER_IP: `${address}/24` },
    });
    // JSON is YAML.
    writeFileSync(
      override,
      JSON.stringify({ version: '3.7', services: { vr1: router('vr1', VR1), vr2: router('vr2', VR2) } }),
    );
    const compose = async (...args: string[]): Promise<string> =>
      await runCommand('docker-compose', ['-p', 'example', '-f', 'examples/compose.yaml', '-f', override, ...args], {
        env: { ...engine.env, VR1_IMAGE: ROUTER_IMAGE, VR2_IMAGE: ROUTER_IMAGE },
      });
    const boots = [shells.nextBoot('vr1'), shells.nextBoot('vr2')] as const;
    await compose('up', '--detach');
    const [vr1] = await Promise.all(boots);
    await waitForHealth(engine, await compose('ps', '--quiet', 'tcpbridge'), 'healthy');
    await pingWithoutLoss(t, vr1, VR2, bridges);
    await compose('down', '--timeout', '1');
  });
});

// The names of the links, by the command that people run in the container.
async function linksSeenInside(engine: DockerEngine): Promise<string> {
  return await engine.docker('exec', 'tcpbridge', 'tcpbridge', 'links', '--output', 'name');
}

async function runToTheLetter(t: TestContext, engine: DockerEngine, command: string): Promise<void> {
  const [program, ...args] = command.split(' ');
  assert.equal(program, 'docker');
  await engine.docker(...args);
  t.diagnostic(command);
}

// Reports how soon the router is reached after its port listens and after its machine has booted; asserts that it is.
async function heal(
  t: TestContext,
  engine: DockerEngine,
  shells: RouterShells,
  vr1: Router,
  restart: () => Promise<unknown>,
): Promise<void> {
  const booted = shells.nextBoot('vr2');
  const attached = nextAttachment(t, engine, 'tcpbridge', 'vr2/1', 'vr2');
  await restart();
  t.diagnostic(`attached ${await attached} ms after the port listened`);
  await booted;
  const bootedAt = performance.now();
  const { code, output } = await vr1.run(`until ping -n -c 1 -W 1 ${VR2}; do :; done`);
  assert.equal(code, 0, output);
  t.diagnostic(`ping answered ${Math.round(performance.now() - bootedAt)} ms after the machine had booted`);
  await pingWithoutLoss(t, vr1, VR2, [{ engine, id: 'tcpbridge' }]);
}
