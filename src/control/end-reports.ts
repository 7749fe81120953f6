// What a forwarding thread reports of an endpoint or a segment -> the end's record, and the events of the bridge.

import type { Report } from '../channel/messages.ts';
import type { Bridge } from './bridge.ts';
import type { EndEvent } from './events.ts';
import type { EndRecord, SegmentRecord } from './segment-record.ts';

/** A report about one endpoint that people are told of. */
export type EndReport = Extract<
  Report,
  { type: 'listening' | 'waiting' | 'attached' | 'detached' | 'streamBroken' | 'busy' }
>;

/** Notes a report in the record of its end, and emits the event. */
export function tellOfEnd(bridge: Bridge, end: EndRecord, report: EndReport): void {
  const who: EndEvent = { link: end.segment.spec.name, endpoint: end.endpoint.text };
  switch (report.type) {
    case 'listening':
      end.detail = `listening on ${report.address}`;
      bridge.emit('listening', { ...who, address: report.address });
      break;
    case 'waiting':
      end.detail = report.reason;
      bridge.emit('waiting', { ...who, reason: report.reason });
      break;
    case 'attached':
      end.detail = report.peer;
      bridge.emit('attached', { ...who, peer: report.peer });
      break;
    case 'detached':
      end.detail = report.reason;
      bridge.emit('detached', { ...who, reason: report.reason });
      break;
    case 'streamBroken':
      bridge.emit('streamBroken', { ...who, length: report.length });
      break;
    case 'busy':
      bridge.emit('busy', who);
      break;
  }
}

/** Emits what was noticed about a segment, or about one of its ends, with names for the ends that the text counts. */
export function tellNotice(
  bridge: Bridge,
  segment: SegmentRecord,
  end: EndRecord | undefined,
  { code, text, endIds = [] }: Extract<Report, { type: 'notice' }>,
): void {
  const named = endIds.map((endId) => segment.ends.find((other) => other.endId === endId)?.endpoint.text);
  const endpoint = end?.endpoint.text ?? (named.length === 1 ? named[0] : undefined);
  bridge.emit('notice', {
    link: segment.spec.name,
    ...(endpoint === undefined ? {} : { endpoint }),
    code,
    text: text.replace(/\{(\d)\}/g, (_, index) => named[Number(index)] ?? 'a port that is gone'),
  });
}
