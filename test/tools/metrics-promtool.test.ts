// promtool judges what a bridge exports: the text of a bridge whose every counter has a value, and the example configuration.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Bridge } from '../../src/control/bridge.ts';
import { Metrics } from '../../src/control/metrics/exposition.ts';
import { parseTopologyDocument } from '../../src/topology/file/parse.ts';
import { hasPromtool, promtool } from '../support/promtool.ts';

const MISSING = 'promtool is missing: scripts/install-metrics-tools';

function isMissing(t: TestContext): boolean {
  if (hasPromtool()) return false;
  assert.notEqual(process.env.CI, 'true', MISSING);
  t.skip(`NOT CHECKED: ${MISSING}`);
  return true;
}

test('promtool finds nothing wrong with the metrics, whatever the names of links are', async (t) => {
  if (isMissing(t)) return;
  const names = ['vr1/1--vr2/1', 'a "quoted" name', 'back\\slash', 'zwei\nZeilen', 'ünïcödé'];
  const links = names.map((name, index) => ({
    name,
    endpoints: [`unix:/nowhere/${index}a`, `unix:/nowhere/${index}b`],
  }));
  const { topology } = parseTopologyDocument({ links, hubs: { lan: ['unix:/nowhere/c', 'unix:/nowhere/d'] } }, 'test');
  const bridge = Bridge.start(topology);
  t.after(() => bridge.close());
  await bridge.ready();
  for (const { ends } of bridge.records) {
    ends.forEach(({ counters }, end) => {
      // A state is an index; all else may be any number.
      counters.forEach((_, field) => {
        if (field !== 6) counters[field] = field * 1000 + end / 3;
      });
    });
  }
  const text = new TextDecoder().decode(new Metrics(bridge, { version: '1.2.3', startedAt: new Date(0) }).text());
  assert.deepEqual(promtool(['check', 'metrics'], text), { code: 0, text: '' });
});

test('promtool is heard when something is wrong', (t) => {
  if (isMissing(t)) return;
  assert.notEqual(promtool(['check', 'metrics'], 'tcpbridge_frames{link="a} 1\n').code, 0);
});
