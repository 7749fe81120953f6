// The closing summary: what was carried and what was dropped, per end of every link.

import type { SegmentStatus } from '../control/segment-record.ts';
import type { LineWriter } from '../log/line-writer.ts';
import { formatDrops, formatTable } from './format.ts';

/**
 * Writes the summary.
 *
 * @param final counters after everything was closed
 * @param before the same segments before, for the states
 */
export function writeSummary(
  output: LineWriter,
  final: readonly SegmentStatus[],
  before: readonly SegmentStatus[],
  { json, seconds }: { json: boolean; seconds: number },
): void {
  const segments = final.map((segment, at) => ({
    ...segment,
    ends: segment.ends.map((end, index) => {
      const earlier = before[at]?.ends[index];
      return { ...end, state: earlier?.state ?? end.state, detail: earlier?.detail ?? end.detail };
    }),
  }));
  if (json) {
    output.line(JSON.stringify({ time: new Date().toISOString(), event: 'summary', seconds, segments }));
    return;
  }
  output.line(`Ran ${seconds.toFixed(1)} s`);
  const rows = [['LINK', 'END', 'STATE', 'RECEIVED', 'BYTES', 'SENT', 'BYTES', 'DROPPED']];
  for (const { name, ends } of segments) {
    for (const end of ends) {
      const { endpoint, state, rxFrames, rxBytes, txFrames, txBytes, drops } = end;
      const numbers = [rxFrames, rxBytes, txFrames, txBytes].map(String);
      rows.push([name, endpoint, state, ...numbers, formatDrops(drops)]);
    }
  }
  for (const line of formatTable(rows)) output.line(line);
}
