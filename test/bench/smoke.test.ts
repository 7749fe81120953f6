// The benchmark's own tools, one second each: the generator over the C floor must lose, reorder and alter nothing, whatever
// the traffic. No speed is asserted. Needs gcc and libc6-dev (scripts/install-bench-tools).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { runTraffic } from '../../bench/cases/case.ts';
import type { Traffic } from '../../bench/generator.ts';
import { compileProgram } from '../../bench/machine.ts';
import { RELAYS } from '../../bench/relays.ts';

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
