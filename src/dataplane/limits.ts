// Every bound of the data plane, with its unit and its reason. Nothing else in the data plane is tunable.

/** The largest frame: NET_BUFSIZE of QEMU (include/net/net.h), 4096 + 65536. One byte more and QEMU closes. */
export const MAX_FRAME_BYTES = 69_632;
/** The length word in front of each frame on a stream. */
export const HEADER_BYTES = 4;
/** One read: enough for 170 full-size frames, and still inside a processor's second-level cache. */
export const READ_BYTES = 256 * 1024;
/** Room in front of a read for the part of a frame that was kept from the last one. */
export const KEEP_BYTES = HEADER_BYTES + MAX_FRAME_BYTES;
/** Frames of one batch: a read of nothing but one-byte frames. */
export const MAX_BATCH_FRAMES = Math.ceil((READ_BYTES + KEEP_BYTES) / (HEADER_BYTES + 1));

/** Datagrams taken or given in one system call. */
export const MESSAGES_PER_CALL = 64;
/** Room for the largest datagram or frame, each in a slot of its own, with some space for what a medium puts in front. */
export const SLOT_BYTES = MAX_FRAME_BYTES + 128;
/** Pieces of memory gathered by one send: IOV_MAX, limits.h. */
export const PIECES_PER_CALL = 1024;
/** The thread's scratch memory: where datagrams are received, and where frames are rewritten. */
export const SCRATCH_BYTES = MESSAGES_PER_CALL * SLOT_BYTES;

/** Events taken from epoll at once. */
export const EVENTS_PER_WAIT = 256;

/** A queue is a chain of chunks of this size, taken when needed and given back when sent. */
export const CHUNK_BYTES = 64 * 1024;
/** Free chunks a thread keeps for the next queue. */
export const FREE_CHUNKS = 64;
/** What waits for the machine at the end of a link. A full read always fits, so pushing back loses nothing. */
export const LINK_QUEUE_BYTES = 512 * 1024;
/** What waits for a member of a hub. Larger: nobody is pushed back there, so bursts must fit. */
export const HUB_QUEUE_BYTES = 4 * 1024 * 1024;
/** How long a machine that takes nothing at all may hold up the sender on its own link before frames are dropped. */
export const PUSHBACK_NS = 1000e6;
/** How often is looked whether it took something. */
export const PUSHBACK_CHECK_NS = 100e6;

/** First pause before connecting again. */
export const RETRY_FIRST_NS = 50e6;
/** Each pause is this much longer than the one before. */
export const RETRY_GROWTH = 1.6;
/** Longest pause while the host answers "refused": the machine is there and boots, so stay close. */
export const RETRY_REFUSED_NS = 600e6;
/** Longest pause while nobody answers or the name is unknown. */
export const RETRY_ABSENT_NS = 2000e6;
/** Each pause is varied by up to this share, so that a hundred endpoints do not knock together. */
export const RETRY_JITTER = 0.2;
/** How long one attempt may wait for an answer. */
export const ATTEMPT_NS = 1500e6;
/** A connection that lived this long was a good one: the next absence starts again with the first pause. */
export const SETTLED_NS = 1000e6;

/** Seconds of silence before TCP asks whether the peer's host is still there. */
export const KEEPALIVE_IDLE_S = 5;
/** Seconds between such questions. */
export const KEEPALIVE_INTERVAL_S = 2;
/** Unanswered questions until the connection counts as dead. */
export const KEEPALIVE_PROBES = 3;
/** Milliseconds that sent data may stay unacknowledged before the connection counts as dead (RFC 5482). */
export const USER_TIMEOUT_MS = 12_000;
/** Connections that wait behind the one that a listening endpoint serves. */
export const LISTEN_BACKLOG = 16;

/** Bytes of a frame that the per-frame log sees. */
export const TAP_SNAP_BYTES = 256;

/** Frames that a new thread carries for nobody, until the compiler has optimized the way of a frame. */
export const WARM_UP_FRAMES = 6000;
/** So many of them at once: about a millisecond before they are compiled, a tenth of it afterwards. */
export const WARM_UP_SLICE_FRAMES = 100;
/** Time for everybody else between two slices. */
export const WARM_UP_PAUSE_NS = 8e6;
