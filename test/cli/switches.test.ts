// Switches on the command line: made, set up, shown and drawn, and the addresses they have learned.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startLab } from '../support/lab.ts';
import { ListeningPeer } from '../support/listening-peer.ts';

const MAC_1 = '02:00:00:00:00:01';
const MAC_2 = '02:00:00:00:00:02';

const LAB = `name: lab
links: [{name: west, endpoints: ["unix:/nowhere/1", "unix:/nowhere/2"]}]
switches:
  core: [{endpoint: "unix:/nowhere/3", vlan: 10}, "unix:/nowhere/4"]
`;

/** A broadcast frame from this address. */
function frameFrom(mac: string): Buffer {
  return Buffer.from(`${'ff'.repeat(6)}${mac.replaceAll(':', '')}0806${'00'.repeat(46)}`, 'hex');
}

async function start(t: TestContext, text = LAB) {
  const lab = await startLab(t, text);
  /** What a command prints, when it does what it should. */
  const lines = async (...args: string[]) => {
    const { code, stdout, stderr } = await lab.type(...args);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  return { ...lab, lines };
}

test('link add, join, port, set and leave', async (t) => {
  const { lines, type } = await start(t);
  const [a, b, c] = ['unix:/nowhere/5', 'unix:/nowhere/6', 'unix:/nowhere/7'] as [string, string, string];
  const add = ['link', 'add', '--switch', 'lab2', a, b];
  assert.equal(await lines(...add, '--ageing', '1m', '--storm-broadcast', '100'), `+ switch lab2: ${a} ${b}`);
  assert.equal(await lines('link', 'join', 'lab2', c, '--trunk', '20-30,10', '--native', '1'), `~ lab2: + ${c}`);
  const isolated = 'plain -> vlan 10 isolated';
  assert.equal(
    await lines('link', 'port', 'lab2', a, b, '--vlan', '10', '--isolated'),
    `~ switch lab2: port ${a} ${isolated}, port ${b} ${isolated}`,
  );
  assert.equal(
    await lines('link', 'port', 'lab2', b, '--plain', '--dry-run'),
    `~ switch lab2: port ${b} vlan 10 isolated -> plain`,
  );
  assert.match(
    await lines('link', 'show', 'lab2'),
    /ENDPOINT +PORT .*\n.*\/5 +vlan 10 isolated .*\n.*\/6 +vlan 10 isolated/,
  );
  assert.match(await lines('link', 'show', 'lab2'), /\/7 +trunk 10,20-30 native 1 /);
  assert.doesNotMatch(await lines('link', 'show', 'west'), /PORT/);
  assert.match(await lines('links', '-o', 'csv'), /,endpoint,port,is,.*\nwest,.*\/1,,waiting/);
  assert.equal(
    await lines('link', 'set', 'lab2', '--mac-limit', '5', '--reserved', 'filter'),
    '~ switch lab2: mac-limit 16384 -> 5, reserved forward -> filter',
  );
  assert.match(
    await lines('link', 'show', 'lab2'),
    /\n\nageing 1m, mac-limit 5, reserved filter, storm-broadcast 100, storm-unknown none$/,
  );
  assert.equal(
    await lines('link', 'set', 'lab2', '--storm-broadcast', 'none'),
    '~ switch lab2: storm-broadcast 100 -> none',
  );
  const shown = JSON.parse(await lines('link', 'show', 'lab2', '-o', 'json'));
  assert.deepEqual(shown.switch, { ageing: '1m', 'mac-limit': 5, reserved: 'filter' });
  assert.deepEqual(shown.ends[2].port, { trunk: [10, '20-30'], native: 1 });
  assert.equal(await lines('link', 'leave', 'lab2', c), `~ lab2: - ${c}`);
  assert.match((await type(...add)).stdout, /^(~ switch lab2: .*\n)?$/, 'adding what is there keeps its ports');
  assert.equal(JSON.parse(await lines('link', 'show', 'lab2', '-o', 'json')).ends[0].port.vlan, 10);
  assert.match(await lines('status'), / SWITCHES .*\n.* 1 +0 +2 +6 +6( |$)/);
  assert.match(await lines('graph'), /\[\["core"\]\]\n.*\|"vlan 10"\|/s);
  assert.match(await lines('validate', 'lab.yaml'), /: valid, 1 link, 0 hubs, 1 switch$/);
});

test('what cannot be about a switch has a message, and a code that tells why', async (t) => {
  const { type } = await start(t);
  const x = 'unix:/x';
  const refusals: [args: string[], code: number, message: RegExp][] = [
    [
      ['link', 'join', 'core', x, '--vlan', '5000'],
      2,
      /Cannot use vlan "5000" for a port: write a VLAN from 1 to 4094/,
    ],
    [['link', 'join', 'core', x, '--native', '1'], 2, /Cannot use native "1" for a port: .* write "trunk", too/],
    [['link', 'join', 'core', x, '--vlan', 'ten'], 2, /Cannot use "ten": write a number from 1/],
    [['link', 'join', 'west', x], 2, /Link "west" has two ends and no members/],
    [['link', 'port', 'core', 'unix:/nowhere/3'], 2, /Cannot use "port": write what it shall be, such as --vlan 10/],
    [['link', 'port', 'core', 'unix:/nowhere/3', '--plain', '--isolated'], 2, /Cannot use "--plain": write it without/],
    [['link', 'port', 'core', x, '--vlan', '1'], 3, /Switch "core" has no member "unix:\/x"/],
    [['link', 'port', 'west', 'unix:/nowhere/1', '--vlan', '1'], 2, /Link "west" is not a switch/],
    [['link', 'set', 'core'], 2, /write at least one setting, such as --ageing 60s/],
    [['link', 'set', 'core', '--ageing', 'soon'], 2, /Cannot read duration "soon"/],
    [['link', 'set', 'west', '--ageing', '5'], 2, /Link "west" is not a switch/],
    [['link', 'add', 'new', x, 'unix:/y', '--reserved', 'filter'], 2, /Cannot use "reserved": write --switch, too/],
    [['link', 'add', '--switch', '--hub', 'new', x, 'unix:/y'], 2, /cannot be used with/],
    [['link', 'add', '--switch', 'new', x], 2, /Switch "new" has one endpoint/],
    [['link', 'rewire', 'core', 'a', x], 2, /Switch "core" has members and no ends/],
    [['mac', 'west'], 2, /Link "west" is not a switch/],
    [['mac', '--endpoint', 'vr9/1'], 2, /Cannot use "vr9\/1": write an endpoint that is a port of a switch/],
    [['mac', 'nope'], 3, /There is no link, hub or switch "nope"/],
    [['mac', '--vlan', '4095'], 2, /Cannot use "4095": write a VLAN from 1 to 4094, or 0 for none/],
    [['mac', 'core', '--mac', '02:00'], 2, /Cannot use "02:00": write an address such as "02:00:00:00:00:01"/],
    [['mac', 'flush', 'core', '--endpoint', x], 3, /Switch "core" has no member/],
    [['mac', 'flush'], 2, /Missing required argument "SWITCH"/],
  ];
  for (const [args, code, message] of refusals) {
    const end = await type(...args);
    assert.match(end.stderr, message, args.join(' '));
    assert.deepEqual({ code: end.code, stdout: end.stdout }, { code, stdout: '' }, args.join(' '));
  }
});

test('mac shows and forgets the addresses of all switches, or of one', async (t) => {
  const [one, two] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const ends = JSON.stringify([
    { endpoint: one.endpoint, vlan: 10 },
    { endpoint: two.endpoint, vlan: 10 },
  ]);
  const { lines, type, bridge } = await start(t, `switches: {core: ${ends}, idle: ["unix:/a", "unix:/b"]}`);
  await bridge.attached([one, two]);
  const teach = async (): Promise<void> => {
    one.send(frameFrom(MAC_1));
    await two.take(1);
    two.send(frameFrom(MAC_2));
    await one.take(1);
  };
  assert.equal(await lines('mac'), 'SWITCH  MAC  VLAN  ENDPOINT  AGE');
  await teach();
  const table = await lines('mac', 'core');
  assert.match(
    table,
    new RegExp(`^SWITCH +MAC +VLAN +ENDPOINT +AGE\ncore +${MAC_1} +10 +${one.endpoint} +\\d+s\ncore +${MAC_2} `),
  );
  assert.equal(await lines('mac', '-o', 'name'), `${MAC_1}\n${MAC_2}`);
  assert.equal(await lines('mac', '-o', 'name', '--endpoint', two.endpoint), MAC_2);
  assert.equal(await lines('mac', 'core', '-o', 'name', '--mac', '0200.0000.0001', '--vlan', '10'), MAC_1);
  assert.equal(await lines('mac', '-o', 'name', '--vlan', '11'), '');
  const [first] = JSON.parse(await lines('mac', '-o', 'json')).macs;
  assert.deepEqual([first.switch, first.mac, first.vlan, first.endpoint], ['core', MAC_1, 10, one.endpoint]);
  assert.match(await lines('mac', '-o', 'csv'), /^switch,mac,vlan,endpoint,age\ncore,02:/);
  assert.match(await lines('mac', '-o', 'yaml'), /^macs:\n {2}- switch: core\n/);
  const flushed = await type('mac', 'flush', 'core', '--mac', MAC_1, '-o', 'name');
  assert.deepEqual(flushed, { code: 0, stdout: `${MAC_1}\n`, stderr: 'One address forgotten\n' });
  assert.equal((await type('mac', 'flush', 'core', '--no-headers')).stderr, 'One address forgotten\n');
  assert.equal((await type('mac', 'flush', 'core')).stderr, '0 addresses forgotten\n');
  // The same address at another port is worth an event.
  one.send(frameFrom(MAC_1));
  await two.take(1);
  two.send(frameFrom(MAC_1));
  await one.take(1);
  const events = await lines('events', '--since', '10m', '--type', 'notice', '--count', '1');
  assert.match(events, new RegExp(` notice core .*\\(code=mac_moved, text="${MAC_1} in VLAN 10 moved from `));
});

test('names of switches are completed', async (t) => {
  const { lines } = await start(t);
  assert.equal(await lines('__complete', 'switches'), 'core');
});
