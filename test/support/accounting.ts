// What the bridge says it carried: the statistics and the summary as JSON, and the sum that must come out even.
import assert from 'node:assert/strict';

/** One end of a link, or one member of a hub, as the bridge reports it. */
export interface EndReport {
  endpoint: string;
  state: string;
  rxFrames: number;
  rxBytes: number;
  txFrames: number;
  txBytes: number;
  queueBytes: number;
  drops: Record<string, number>;
}

/** One link or hub as the bridge reports it. */
export interface SegmentReport {
  name: string;
  kind: string;
  ends: EndReport[];
}

/** The last record on stdout. */
export interface Summary {
  event: 'summary';
  seconds: number;
  segments: SegmentReport[];
}

/** Reasons that concern what a machine sent; all others concern what was bound for it. */
const REASONS_OF_THE_SENDER = ['empty', 'oversize', 'truncated'];

/** The report on an endpoint, as it was named on the command line. */
export function endOf(segments: readonly SegmentReport[], endpoint: string): EndReport {
  const end = segments.flatMap((segment) => segment.ends).find((candidate) => candidate.endpoint === endpoint);
  assert.ok(end, `The report names no endpoint "${endpoint}": ${JSON.stringify(segments)}`);
  return end;
}

/** Frames bound for this end that never reached it. */
export function undelivered(end: EndReport): number {
  return Object.entries(end.drops)
    .filter(([reason]) => !REASONS_OF_THE_SENDER.includes(reason))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** Fails unless every frame that came in went out or was counted under a reason. */
export function assertBalanced(segment: SegmentReport): void {
  for (const end of segment.ends) {
    const boundForIt = segment.ends.filter((other) => other !== end).reduce((sum, other) => sum + other.rxFrames, 0);
    const text = `"${segment.name}" at "${end.endpoint}": received for it = delivered + dropped: ${JSON.stringify(segment)}`;
    assert.equal(boundForIt, end.txFrames + undelivered(end), text);
    assert.equal(end.queueBytes, 0, `queue at "${end.endpoint}"`);
  }
}
