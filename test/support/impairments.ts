// Impairments by chance, for properties: whatever can be said about a direction, and nothing that cannot.
import fc from 'fast-check';
import type { ImpairmentSpec, Impairments } from '../../src/topology/impairment.ts';

const ms = fc.oneof(
  fc.integer({ min: 0, max: 3_600_000 }),
  fc.integer({ min: 0, max: 3_600_000_000 }).map((us) => us / 1000),
  fc.double({ min: 0, max: 3_600_000, noNaN: true }).map((value) => value + 0),
);
const percent = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double({ min: 0, max: 100, noNaN: true }));
const chance = fc.record({ percent, correlationPercent: percent }, { requiredKeys: ['percent'] });
const bytes = fc.integer({ min: 1, max: 2 ** 30 });
const count = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const distribution = fc.oneof(
  fc.constantFrom('uniform' as const, 'normal' as const, 'pareto' as const, 'paretonormal' as const),
  fc
    .array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 2, maxLength: 5 })
    .map((table) => ({ table: table.map((sample) => sample / 8192).sort((a, b) => a - b) })),
);
const loss = fc.oneof(
  chance.map((value) => ({ model: 'random' as const, ...value })),
  fc.record({
    model: fc.constant('gemodel' as const),
    pPercent: percent,
    rPercent: percent,
    lossInBadPercent: percent,
    lossInGoodPercent: percent,
  }),
  fc.record({
    model: fc.constant('state' as const),
    p13Percent: percent,
    p31Percent: percent,
    p32Percent: percent,
    p23Percent: percent,
    p14Percent: percent,
  }),
);
const rate = fc
  .record(
    {
      bitsPerSecond: fc.oneof(
        fc.integer({ min: 1, max: 10 ** 12 }),
        fc.integer({ min: 1, max: 1000 }).map((n) => n * 10 ** 6),
      ),
      overheadBytes: fc.integer({ min: -65_535, max: 65_535 }),
      cellBytes: fc.integer({ min: 1, max: 65_535 }),
      cellOverheadBytes: fc.integer({ min: 0, max: 100 }),
    },
    { requiredKeys: ['bitsPerSecond'] },
  )
  .map(({ cellOverheadBytes, ...rest }) =>
    rest.cellBytes === undefined || cellOverheadBytes === undefined ? rest : { ...rest, cellOverheadBytes },
  );
const counts = { frames: count, bytes };
const slot = fc.oneof(
  fc
    .record({ one: ms, other: ms, ...counts }, { requiredKeys: ['one', 'other'] })
    .map(({ one, other, ...rest }) => ({ minMs: Math.min(one, other), maxMs: Math.max(one, other), ...rest })),
  fc.record(
    {
      minMs: fc.constant(0),
      maxMs: fc.constant(0),
      distribution: fc.record({ shape: distribution, meanMs: ms, jitterMs: ms }),
      ...counts,
    },
    { requiredKeys: ['minMs', 'maxMs', 'distribution'] },
  ),
);
const delays = fc
  .record(
    { delayMs: ms, jitterMs: ms, delayCorrelationPercent: percent, distribution, keepOrder: fc.boolean() },
    {
      requiredKeys: ['delayMs', 'jitterMs'],
    },
  )
  .chain((full) => fc.constantFrom(full, { delayMs: full.delayMs }, {}));
const reorder = fc
  .record({ reorder: chance, gap: count }, { requiredKeys: ['reorder'] })
  .chain((full) => fc.constantFrom(full, {}));
const rest = fc.record(
  {
    loss,
    duplicate: chance,
    corrupt: chance,
    rate,
    limitFrames: fc.integer({ min: 1, max: 1_000_000 }),
    limitBytes: bytes,
    slot,
    mtuBytes: fc.integer({ min: 1, max: 69_618 }),
    match: fc.constantFrom('udp port 3784', 'arp or icmp'),
    every: count,
    durationMs: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  },
  { requiredKeys: [] },
);

/** One direction. */
export const impairmentSpecs: fc.Arbitrary<ImpairmentSpec> = fc
  .tuple(delays, reorder, rest)
  .map(([delay, order, others]) => structuredClone({ ...delay, ...('delayMs' in delay ? order : {}), ...others }));

/** A link; undefined for nothing wrong. */
export const impairmentsOfLinks: fc.Arbitrary<Impairments | undefined> = fc
  .tuple(fc.option(impairmentSpecs), fc.option(impairmentSpecs), fc.boolean())
  .map(([there, back, isAlike]) => {
    const both = { 'a-to-b': there ?? {}, 'b-to-a': isAlike ? (there ?? {}) : (back ?? {}) };
    const said = Object.entries(both).filter(([, spec]) => Object.keys(spec).length > 0);
    return said.length === 0 ? undefined : Object.fromEntries(said);
  });
