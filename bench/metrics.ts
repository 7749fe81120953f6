// What a run of the benchmark yields: one flat record of figures, and for each figure how it is named, printed, and
// combined over the rounds. Cases fill it, `statistics.ts` combines it, `report.ts` and `plot.ts` show it.

/** How the figures of several rounds become one: a loss in any round must show, so losses add up. */
export type Combination = 'median' | 'sum' | 'max';

/** How one figure is presented and combined. */
export interface MetricForm {
  readonly heading: string;
  readonly unit: string;
  readonly combine: Combination;
}

/** Every figure that a case may yield. Microseconds of CPU a frame are the same number as seconds a million frames. */
export const METRICS = {
  p50Us: { heading: 'p50', unit: 'us', combine: 'median' },
  p99Us: { heading: 'p99', unit: 'us', combine: 'median' },
  p999Us: { heading: 'p99.9', unit: 'us', combine: 'median' },
  maxUs: { heading: 'max', unit: 'us', combine: 'median' },
  framesPerSecond: { heading: 'frames/s', unit: '', combine: 'median' },
  gigabitsPerSecond: { heading: 'Gbit/s', unit: '', combine: 'median' },
  cpuSecondsPerMillionFrames: { heading: 'CPU s/M', unit: '', combine: 'median' },
  lost: { heading: 'lost', unit: '', combine: 'sum' },
  outOfOrder: { heading: 'out of order', unit: '', combine: 'sum' },
  corrupt: { heading: 'corrupt', unit: '', combine: 'sum' },
  foreign: { heading: 'for others', unit: '', combine: 'median' },
  disconnects: { heading: 'disconnects', unit: '', combine: 'sum' },
  longestGapMs: { heading: 'longest gap', unit: 'ms', combine: 'max' },
  latePercentile99Us: { heading: 'generator late p99', unit: 'us', combine: 'median' },
  relayBusyPercent: { heading: 'relay busy', unit: '%', combine: 'median' },
  generatorBusyPercent: { heading: 'generator busy', unit: '%', combine: 'median' },
  otherLoadPercent: { heading: 'other load', unit: '%', combine: 'median' },
  residentMegabytes: { heading: 'resident', unit: 'MB', combine: 'median' },
  changesPerMinute: { heading: 'changes a minute', unit: '', combine: 'median' },
  takeovers: { heading: 'takeovers', unit: '', combine: 'sum' },
  longestTakeoverGapMs: { heading: 'longest gap', unit: 'ms', combine: 'max' },
  longestDelayMs: { heading: 'longest wait of a frame', unit: 'ms', combine: 'max' },
  startMs: { heading: 'start to first frame', unit: 'ms', combine: 'median' },
} as const satisfies Record<string, MetricForm>;

/** The name of one figure. */
export type Metric = keyof typeof METRICS;

/** The figures of one case over one relay; a figure that the case does not measure is absent. */
export type Measurement = Partial<Record<Metric, number>> & {
  /** Single values behind the figures, in milliseconds, by what they are. */
  readonly series?: Readonly<Record<string, readonly number[]>>;
};

/** One case over one relay: the combined figures, and those of each round. A relay that failed has an error instead. */
export interface CaseResult {
  readonly caseName: string;
  readonly relay: string;
  readonly measurement: Measurement;
  readonly rounds: readonly Measurement[];
  readonly error?: string;
}
