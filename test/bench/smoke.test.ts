// The benchmark's own tools, one second each: the generator over the C floor must lose, reorder and alter nothing, whatever
// the traffic. No speed is asserted. Needs gcc and libc6-dev (scripts/install-bench-tools).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { runTraffic } from '../../bench/cases/case.ts';
import { Generator, type Traffic } from '../../bench/generator.ts';
import { compileProgram } from '../../bench/machine.ts';
import { RELAYS, RunningRelay } from '../../bench/relays.ts';

const hasCompiler = spawnSync('gcc', ['--version']).status === 0;
// In CI a missing tool is a failure, which the compilation then reports.
const skip = !hasCompiler && process.env.CI !== 'true' ? 'gcc is not installed' : false;

const TRAFFICS: readonly Traffic[] = [
  { mode: 'paced', links: 3, rate: 200, backRate: 40 },
  { mode: 'flood', links: 2, frameBytes: 1514, directions: 2 },
  { mode: 'flood', links: 1, frameBytes: 69_632, batch: 4 },
  { mode: 'ping-pong', links: 2 },
];

for (const traffic of TRAFFICS) {
  test(`generator over the floor loses nothing: ${JSON.stringify(traffic)}`, { skip, timeout: 120_000 }, async () => {
    const floor = RELAYS.find((relay) => relay.name === 'floor')!;
    const context = {
      relay: floor,
      generatorBinary: compileProgram('generator'),
      processors: { generator: undefined, relay: undefined },
      seconds: 1,
      warmUpSeconds: 0.1,
    };
    const result = await runTraffic(context, traffic);
    assert.ok(result.received > 0, 'no frame arrived');
    assert.ok(result.relay_cpu_ns > 0, 'the CPU time of the relay was not read');
    const { lost, out_of_order, corrupt, broken, disconnects } = result;
    assert.deepEqual(
      { lost, out_of_order, corrupt, broken, disconnects },
      {
        lost: 0,
        out_of_order: 0,
        corrupt: 0,
        broken: 0,
        disconnects: 0,
      },
    );
  });
}

test('Generator.mark() tells of the time since the last mark', { skip, timeout: 120_000 }, async () => {
  const traffic: Traffic = { mode: 'paced', links: 2, rate: 100, backRate: 100, seconds: 600, warmUpSeconds: 0 };
  const generator = new Generator(compileProgram('generator'), traffic, undefined);
  let relay: RunningRelay | undefined;
  try {
    relay = new RunningRelay(RELAYS.find(({ name }) => name === 'floor')!, await generator.listening, undefined);
    generator.reportPids(relay.pids);
    await generator.measuring;
    let received = 0;
    while (received < 100) {
      const figures = await generator.mark();
      received += figures.received;
      assert.equal(figures.damage, 0);
      assert.ok(figures.received > 0 === figures.longest_delay_ns > 0, JSON.stringify(figures));
      assert.ok(figures.longest_silence_ns >= 0 && figures.longest_silence_ns < 120e9, JSON.stringify(figures));
    }
    generator.stop();
    assert.ok((await generator.result).received >= received);
  } finally {
    await relay?.stop();
    generator.kill();
  }
});
