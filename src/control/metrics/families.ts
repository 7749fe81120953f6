// Every metric by name: what it means, its type, its labels, and where its values come from. docs/metrics.md describes the
// same names; a test compares the two.

import { DROP_REASONS, FIELD } from '../../channel/counters.ts';
import { LATENCY } from '../../channel/latency.ts';
import { THREAD_FIELD } from '../../channel/thread-counters.ts';

/** What Prometheus calls the kind of a metric. */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary';

/** A metric without its values. */
export interface Family {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly labels: readonly string[];
}

/** A value of an end: a field of its counters, times a factor. */
export interface EndValue {
  readonly field: number;
  readonly factor?: number;
  /** Labels beyond those of the end, as text. */
  readonly labels?: string;
}

/** A metric of every end. */
export interface EndFamily extends Family {
  /** Only of ends that count something here; `all` shows zeroes too. */
  readonly shows: 'all' | 'nonzero';
  readonly values: readonly EndValue[];
}

/** Labels of an end: its link, hub or switch, "a" or "b" of a link, and the endpoint as written. */
export const END_LABELS = ['link', 'end', 'endpoint'] as const;

const MICROSECOND = 1e-6;

function ofEnd(
  name: string,
  type: MetricType,
  help: string,
  values: readonly EndValue[],
  extra: { labels?: readonly string[]; shows?: EndFamily['shows'] } = {},
): EndFamily {
  const { labels = [], shows = 'all' } = extra;
  return { name: `tcpbridge_${name}`, type, help, labels: [...END_LABELS, ...labels], shows, values };
}

const bothWays = (rx: number, tx: number): readonly EndValue[] => [
  { field: rx, labels: 'direction="rx"' },
  { field: tx, labels: 'direction="tx"' },
];

/** Metrics of every end, but for histograms and what is no plain field. */
export const END_FAMILIES: readonly EndFamily[] = [
  ofEnd(
    'frames_total',
    'counter',
    'Frames received from the machine (rx) and handed to its connection (tx).',
    bothWays(FIELD.rxFrames, FIELD.txFrames),
    { labels: ['direction'] },
  ),
  ofEnd(
    'bytes_total',
    'counter',
    'Bytes of those frames, without the length words of the connection.',
    bothWays(FIELD.rxBytes, FIELD.txBytes),
    { labels: ['direction'] },
  ),
  ofEnd(
    'drops_total',
    'counter',
    'Frames that were not delivered, by reason.',
    DROP_REASONS.map((reason, index) => ({ field: FIELD.drops + index, labels: `reason="${reason}"` })),
    { labels: ['reason'], shows: 'nonzero' },
  ),
  ofEnd('queue_frames', 'gauge', 'Frames that wait for the machine now.', [{ field: FIELD.queueFrames }]),
  ofEnd('queue_bytes', 'gauge', 'Bytes that wait for the machine now.', [{ field: FIELD.queueBytes }]),
  ofEnd('attaches_total', 'counter', 'Connections made.', [{ field: FIELD.attaches }]),
  ofEnd('connect_attempts_total', 'counter', 'Attempts to connect; none where the machine connects to us.', [
    { field: FIELD.attempts },
  ]),
  ofEnd('pushbacks_total', 'counter', 'Times the sender was made to wait for this machine.', [
    { field: FIELD.pushbacks },
  ]),
  ofEnd(
    'macs_refused_total',
    'counter',
    'Frames into a switch whose source address was not learned because the table was full.',
    [{ field: FIELD.macsRefused }],
    { shows: 'nonzero' },
  ),
  ofEnd(
    'impaired_frames_total',
    'counter',
    'Frames to this end that an impairment sent twice, damaged, or sent ahead of others.',
    [
      { field: FIELD.duplicated, labels: 'effect="duplicated"' },
      { field: FIELD.corrupted, labels: 'effect="corrupted"' },
      { field: FIELD.reordered, labels: 'effect="reordered"' },
    ],
    { labels: ['effect'], shows: 'nonzero' },
  ),
  ofEnd('delayed_frames', 'gauge', 'Frames to this end that an impairment holds back now.', [
    { field: FIELD.delayedFrames },
  ]),
  ofEnd('delayed_bytes', 'gauge', 'Bytes of those frames.', [{ field: FIELD.delayedBytes }]),
  ofEnd(
    'tcp_rtt_seconds',
    'gauge',
    'Smoothed round trip to the machine, as the kernel measures it.',
    [{ field: LATENCY.rttUs, factor: MICROSECOND }],
    { shows: 'nonzero' },
  ),
  ofEnd(
    'tcp_rtt_variation_seconds',
    'gauge',
    'Mean deviation of that round trip.',
    [{ field: LATENCY.rttVariationUs, factor: MICROSECOND }],
    { shows: 'nonzero' },
  ),
  ofEnd(
    'tcp_rtt_min_seconds',
    'gauge',
    'Shortest round trip of late (the kernel forgets after five minutes).',
    [{ field: LATENCY.rttMinUs, factor: MICROSECOND }],
    { shows: 'nonzero' },
  ),
  ofEnd('tcp_retransmits_total', 'counter', 'TCP segments sent to the machine again.', [
    { field: LATENCY.retransmits },
  ]),
];

/** Histograms of every end at which something was measured: where they start in the counters. */
export const END_HISTOGRAMS: readonly (Family & { readonly at: number })[] = [
  {
    name: 'tcpbridge_forwarding_seconds',
    type: 'histogram',
    help: 'Time inside the bridge: from the read until the kernel of the receiving end had the frames; a sample.',
    labels: [...END_LABELS, 'le'],
    at: LATENCY.forwarding,
  },
  {
    name: 'tcpbridge_tcp_round_trip_seconds',
    type: 'histogram',
    help: 'Smoothed round trips to the machine, read from the kernel once a second while there was traffic.',
    labels: [...END_LABELS, 'le'],
    at: LATENCY.roundTrip,
  },
];

/** Metrics of every thread: a field of its counters, times a factor. */
export const THREAD_FAMILIES: readonly (Family & { readonly field: number; readonly factor?: number })[] = [
  {
    name: 'tcpbridge_thread_cpu_seconds_total',
    type: 'counter',
    help: 'Processor time of a forwarding thread; refreshed once a second.',
    labels: ['thread'],
    field: THREAD_FIELD.cpuNs,
    factor: 1e-9,
  },
  {
    name: 'tcpbridge_thread_wakeups_total',
    type: 'counter',
    help: 'Times a forwarding thread woke up.',
    labels: ['thread'],
    field: THREAD_FIELD.wakeups,
  },
  {
    name: 'tcpbridge_thread_ready_descriptors_total',
    type: 'counter',
    help: 'Connections that were ready when a forwarding thread woke up.',
    labels: ['thread'],
    field: THREAD_FIELD.ready,
  },
];

/** The rest: one value each, or one per link. */
export const OTHER_FAMILIES = {
  build: family('tcpbridge_build_info', 'gauge', 'Always 1; the labels tell what runs.', ['version', 'node_version']),
  uptime: family('tcpbridge_uptime_seconds', 'gauge', 'Time since the control API of this process started.'),
  render: family('tcpbridge_metrics_render_seconds', 'gauge', 'Time that it took to write these metrics last time.'),
  segmentUp: family('tcpbridge_link_up', 'gauge', 'Whether a link, hub or switch is set up (1) or down (0).', [
    'link',
    'kind',
  ]),
  attached: family('tcpbridge_attached', 'gauge', 'Whether the machine is attached.', END_LABELS),
  queueWait: family(
    'tcpbridge_queue_wait_seconds',
    'summary',
    'Time from the first frame that had to wait for the machine until none waited.',
    END_LABELS,
  ),
  findings: family('tcpbridge_findings', 'gauge', 'What is wrong with the wire now, by code (docs/lint.md).', ['code']),
  threadEnds: family('tcpbridge_thread_ends', 'gauge', 'Ends of links, hubs and switches that a thread carries.', [
    'thread',
  ]),
  processStart: family('process_start_time_seconds', 'gauge', 'When this process started, since 1970.'),
  processCpu: family('process_cpu_seconds_total', 'counter', 'Processor time of the whole process.'),
  processMemory: family('process_resident_memory_bytes', 'gauge', 'Resident memory of the process.'),
  processFds: family('process_open_fds', 'gauge', 'Open file descriptors of the process.'),
} as const;

/** Every metric that may be exported. */
export const ALL_FAMILIES: readonly Family[] = [
  ...Object.values(OTHER_FAMILIES),
  ...THREAD_FAMILIES,
  ...END_FAMILIES,
  ...END_HISTOGRAMS,
];

function family(name: string, type: MetricType, help: string, labels: readonly string[] = []): Family {
  return { name, type, help, labels };
}
