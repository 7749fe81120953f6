// What a drill finds out, as plain data: what the API gives, tables show and plots draw. Times are milliseconds since its
// run began to watch, to the microsecond.

/** One direction of a link, or one side of a member of a hub or switch. */
export interface Lane {
  readonly link: string;
  /** "a-to-b" or "b-to-a"; of hubs and switches "from" or "to" a member. */
  readonly direction: string;
  /** The machine that frames come from; of what a hub or switch sends '*'. */
  readonly from: string;
  readonly to: string;
}

/** When the link was changed: between these two moments. */
export interface Moment {
  readonly begunMs: number;
  readonly doneMs: number;
}

/** A time in which a stream did not arrive. */
export interface Outage {
  /** The last frame that left the lab before it. */
  readonly stoppedMs: number;
  /** The first frame that left the lab after it; null when none did. */
  readonly resumedMs: number | null;
  /** From the one to the other; null when none did. */
  readonly convergenceMs: number | null;
  /** Frames that entered the lab between those two, and never left it. */
  readonly lost: number;
  /** Sequence numbers of ICMP echo that are missing between those two; left out for other frames. */
  readonly missingSequence?: number;
  /** Links that carried the last frame before it. */
  readonly pathBefore: readonly string[];
  /** Links that carried the first frame after it; null when there was none. */
  readonly pathAfter: readonly string[] | null;
}

/** Where frames were seen last that never left the lab. */
export interface LossPlace {
  readonly link: string;
  readonly direction: string;
  /** Why the bridge dropped them; "machine": they were handed to this machine, which did not pass them on. */
  readonly why: string;
  /** The machine, or where the frames should have gone. */
  readonly to: string;
  readonly frames: number;
}

/** Frames with the same addresses, protocol and ports, or the same echo identifier. */
export interface StreamResult {
  readonly stream: string;
  /** Frames that entered the lab while they were counted. */
  readonly entered: number;
  /** Of these, those that left it. */
  readonly left: number;
  /** Those that did not, by when they entered. */
  readonly lost: { readonly before: number; readonly during: number; readonly after: number };
  readonly lostAt: readonly LossPlace[];
  /** The longest time between two frames that left the lab before the change: what is usual. */
  readonly usualGapMs: number;
  readonly path: readonly string[];
  /** Null: nobody noticed the change. */
  readonly atCut: Outage | null;
  /** Null: nobody noticed that the link was mended. */
  readonly atHeal: Outage | null;
}

/** What one lane carried. */
export interface LaneResult extends Lane {
  /** Frames that came in from the machine, and that were handed to the other one. */
  readonly framesIn: number;
  readonly framesOut: number;
  /** Those that the bridge dropped, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  readonly firstMs: number;
  readonly lastMs: number;
  /** The longest time between two frames, and when it began; null for a lane with one frame. */
  readonly longestGapMs: number | null;
  readonly longestGapAtMs: number | null;
  /** Frames per step of the plot. */
  readonly steps: readonly number[];
}

/** One run of a drill. */
export interface RunResult {
  readonly run: number;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly cut: Moment;
  readonly heal: Moment;
  /** Somebody ended the drill before this run was over: it is shorter than it should be. Else left out. */
  readonly endedEarly?: true;
  /** Frames of the flow that were not seen; when there are any, all figures are uncertain. */
  readonly missed: number;
  /** When somebody else changed the link during the run, RFC 3339; left out when nobody did. */
  readonly changedByOthers?: string;
  readonly streams: readonly StreamResult[];
  /** Streams that are not told: too many, or too late to be measured. */
  readonly otherStreams: number;
  readonly lanes: readonly LaneResult[];
  readonly stepMs: number;
}

/** All runs in a few figures. */
export interface DrillSummary {
  readonly runs: number;
  /** Runs in which a stream was interrupted by the change, and in which one never came back. */
  readonly interrupted: number;
  readonly neverResumed: number;
  /** Over the runs in which all streams came back, the slowest stream of each counts; null when there is none. */
  readonly convergenceMs: { readonly least: number; readonly median: number; readonly most: number } | null;
  readonly lost: number;
  readonly isCertain: boolean;
}

/** A whole drill. */
export interface DrillResult {
  readonly id: number;
  readonly state: 'running' | 'finished' | 'stopped' | 'failed';
  readonly link: string;
  /** What was done to it, in words. */
  readonly change: string;
  readonly flow: string;
  readonly startedAt: string;
  readonly summary: DrillSummary;
  readonly runs: readonly RunResult[];
}
