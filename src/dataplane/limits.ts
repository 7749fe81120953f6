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

/** Frames of one turn for a receiver to whom each is work of its own, such as a system call: a millisecond or two. */
export const TURN_FRAMES = 256;
/** The first read for such a receiver, when the size of the frames is not known. */
export const TURN_FIRST_BYTES = 16 * 1024;
/** The smallest one. */
export const TURN_LEAST_BYTES = 4 * 1024;
/** And the largest: 43 full-size frames. */
export const TURN_MOST_BYTES = 64 * 1024;

/** Datagrams taken or given in one system call. */
export const MESSAGES_PER_CALL = 64;
/** Room for the largest datagram or frame, each in a slot of its own, with some space for what a medium puts in front. */
export const SLOT_BYTES = MAX_FRAME_BYTES + 128;
/** Pieces of memory gathered by one send: IOV_MAX, limits.h. */
export const PIECES_PER_CALL = 1024;
/** The thread's scratch memory, where frames are rewritten. */
export const SCRATCH_BYTES = MESSAGES_PER_CALL * SLOT_BYTES;
/** Where datagrams are received: apart from the scratch memory, for what came in one call may go on in several batches. */
export const INBOX_BYTES = MESSAGES_PER_CALL * SLOT_BYTES;
/** Datagrams that wait in the kernel, in each direction of a socket: a burst of 2,700 full-size frames. */
export const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;
/** Frames that came as datagrams and may not go on yet. */
export const HELD_BYTES = 4 * 1024 * 1024;
/** Frames taken from a TAP interface before others have their turn: each is a system call of its own. */
export const TAP_FRAMES_PER_ROUND = 128;
/** Packets taken from a network interface at once where hosts leave segmentation to it: each may become 46 frames. */
export const SUPER_PACKETS_PER_CALL = 4;
/** What the kernel may keep for a raw endpoint, in each direction: a hundred packets of 64 KiB. */
export const PACKET_BUFFER_BYTES = 8 * 1024 * 1024;
/** What a frame may be larger than an interface's MTU: its header, and two VLAN tags (IEEE 802.1Q, 802.1ad). */
export const LINK_OVERHEAD_BYTES = 14 + 2 * 4;

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

/** How often a name is looked up again while nothing comes from its host: a container comes back with another address. */
export const HOST_CHECK_NS = 5000e6;
/** No question for a name within this time of the last one. */
export const HOST_AGAIN_NS = 1000e6;
/** How long the others on a shared socket wait for an endpoint that is on its way to another place. */
export const SOCKET_MOVE_NS = 200e6;

/** Seconds of silence before TCP asks whether the peer's host is still there. */
export const KEEPALIVE_IDLE_S = 5;
/** Seconds between such questions. */
export const KEEPALIVE_INTERVAL_S = 2;
/** Unanswered questions until the connection counts as dead. */
export const KEEPALIVE_PROBES = 3;
/** So long nothing comes from a host that was asked again and again, and its connection counts as dead, */
export const SILENCE_MS = 12_000;
/** after at least so many segments or probes that nobody answered. */
export const UNANSWERED = 3;
/** Connections that wait behind the one that a listening endpoint serves. */
export const LISTEN_BACKLOG = 16;

/** Every so many batches of an endpoint are timed on their way through the bridge, */
export const LATENCY_SAMPLE_BATCHES = 16;
/** and any batch after a silence this long. */
export const LATENCY_IDLE_NS = 100e6;
/** How often each endpoint's connection is measured. */
export const CENSUS_NS = 1000e6;
/** In so many turns, so that a thousand connections are measured a hundred at a time. */
export const CENSUS_TURNS = 10;

/** Steady pace at which frames of an endpoint are copied for whoever judges the wire. */
export const LOOK_INTERVAL_NS = 100e6;
/** So many at once after a silence. */
export const LOOK_BURST = 32;
/** Frames of one batch that are considered. */
export const MAX_LOOKS_PER_BATCH = 32;
/** Bytes of such a copy: Ethernet, VLAN, IPv6 and the beginning of what is behind it. */
export const LOOK_BYTES = 96;
/** Bytes of a copy of what a machine announces about itself, such as LLDP. */
export const LOOK_ANNOUNCEMENT_BYTES = 512;

/** Bytes of a frame that the per-frame log sees. */
export const TAP_SNAP_BYTES = 256;

/** Frames that a new thread carries for nobody, until the compiler has optimized the way of a frame. */
export const WARM_UP_FRAMES = 6000;
/** So many of them at once: about a millisecond before they are compiled, a tenth of it afterwards. */
export const WARM_UP_SLICE_FRAMES = 100;
/** Time for everybody else between two slices. */
export const WARM_UP_PAUSE_NS = 8e6;

/** Frames that a switch gathers for one of its ports before it hands them over: more than a read of 64-byte frames. */
export const SWITCH_SET_FRAMES = 4096;
/** How often a switch looks for addresses that are too old. */
export const SWEEP_NS = 1000e6;
/** At how many places of its table it looks at once: 0.1 ms. */
export const SWEEP_PLACES = 16_384;
/** An address that changes ports more often than this in the time below is in a loop. */
export const LOOP_MOVES = 8;
/** The time in which such moves are counted. */
export const LOOP_WINDOW_NS = 1000e6;
/** One that changes ports so often in the time below is used twice. */
export const OFTEN_MOVES = 4;
/** The time in which these are counted; nothing is told twice in it. */
export const MOVE_WINDOW_NS = 60_000e6;
/** A storm, or a flood of addresses into a full table, is over after so long without a frame of it. */
export const STORM_OVER_NS = 10_000e6;
/** So many notices of one kind from one switch, in the time below. */
export const NOTICES_PER_WINDOW = 5;
/** The time in which notices are counted. */
export const NOTICE_WINDOW_NS = 10_000e6;

/** What a delayed direction of a link may hold: 0.2 s of 10 Gbit/s. Frames beyond that are counted "limit". */
export const DELAYED_BYTES = 256 * 1024 * 1024;
/** And so many frames. */
export const DELAYED_FRAMES = 1024 * 1024;
/** Its memory is taken in pages; the largest frame must fit in one. */
export const DELAYED_PAGE_BYTES = 128 * 1024;
/** Frames that are due are sent so many bytes at a time, so that whoever cannot take them stops us in time. */
export const DEPARTURE_BYTES = 256 * 1024;
/** And so many frames. */
export const DEPARTURE_FRAMES = 4096;
