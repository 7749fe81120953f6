// Prometheus text as a test looks at it: samples by name and labels, exactly as written.
import assert from 'node:assert/strict';

/** What a text says. */
export interface MetricsText {
  /** `name{labels}` -> value. */
  readonly samples: ReadonlyMap<string, number>;
  /** "name type" of every family. */
  readonly families: ReadonlySet<string>;
}

/** Reads a text; every line must be one of the format, and every sample belong to the family above it. */
export function readMetrics(text: string): MetricsText {
  const samples = new Map<string, number>();
  const families = new Set<string>();
  let family = '';
  assert.ok(text.endsWith('\n'));
  for (const line of text.split('\n').slice(0, -1)) {
    const [, name, type] = /^# TYPE (\w+) (counter|gauge|histogram|summary)$/.exec(line) ?? [];
    if (name !== undefined) {
      assert.ok(!families.has(`${name} ${type}`), `${name} comes twice`);
      families.add(`${name} ${type}`);
      family = name;
    } else if (!line.startsWith('# HELP ')) {
      const [, key, of, value] = /^(([a-z_]+)(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      assert.ok(key !== undefined && Number.isFinite(Number(value)), line);
      assert.equal(of!.replace(/_(bucket|sum|count)$/, ''), family, line);
      assert.ok(!samples.has(key), `${key} comes twice`);
      samples.set(key, Number(value));
    }
  }
  return { samples, families };
}
