// Which share of a topology this instance runs, when several bridges carry one lab ("--shard K/N"). Pure. Every instance
// computes the same answer from the same topology, so they need not talk to each other.
//
// Rendezvous hashing (Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", 1998): a segment goes
// to the shard that scores highest for it. One shard more takes about 1/N of the segments, and no other segment moves.

import { TcpbridgeError } from '../errors.ts';
import { endpointKey } from './endpoint-spec.ts';
import { makeTopology, type SegmentSpec, type Topology, unpluggedCarriers } from './topology.ts';

/** Share `k` of `n`, counted from 1. */
export interface Shard {
  readonly k: number;
  readonly n: number;
}

/** What an instance knows about itself, from which "auto/N" finds K. */
export interface Instance {
  /** Number of this replica, from 1, as a string: the value of TCPBRIDGE_SLOT (Docker Swarm's {{.Task.Slot}}). */
  readonly slot?: string | undefined;
  /** A Kubernetes StatefulSet calls its hosts NAME-0, NAME-1, … */
  readonly hostname: string;
}

const MAX_SHARDS = 1024;

/** Reads "K/N", or "auto/N" with K taken from the slot or from the ordinal at the end of the host name. */
export function parseShard(text: string, instance: Instance = { hostname: '' }): Shard {
  const match = /^(auto|\d+)\/(\d+)$/.exec(text);
  const n = Number(match?.[2] ?? 0);
  if (match === null || n < 1 || n > MAX_SHARDS) throw new TcpbridgeError('shard_invalid', { text, max: MAX_SHARDS });
  if (match[1] === 'auto') return { k: findSlot(text, n, instance), n };
  const k = Number(match[1]);
  if (k < 1 || k > n) throw new TcpbridgeError('shard_invalid', { text, max: MAX_SHARDS });
  return { k, n };
}

function findSlot(text: string, n: number, instance: Instance): number {
  // An empty variable is how Compose and Kubernetes write one that is not set.
  const slot = instance.slot === '' ? undefined : instance.slot;
  const ordinal = /-(\d+)$/.exec(instance.hostname)?.[1];
  if (slot === undefined && ordinal === undefined) {
    throw new TcpbridgeError('shard_slot_unknown', { text, hostname: instance.hostname });
  }
  const k = slot === undefined ? Number(ordinal) + 1 : /^\d+$/.test(slot) ? Number(slot) : 0;
  if (k >= 1 && k <= n) return k;
  const source = slot === undefined ? `host name "${instance.hostname}"` : 'TCPBRIDGE_SLOT';
  throw new TcpbridgeError('shard_slot_out_of_range', { text, slot: slot ?? String(k), source, n });
}

/** The shard, from 1 to n, that a segment belongs to; a hub is a segment and thus never split. */
export function shardOf(segment: SegmentSpec, n: number): number {
  const keyHash = fnv1a(segment.endpoints.map(endpointKey).toSorted().join(' '));
  let bestShard = 1;
  let bestScore = -1;
  for (let k = 1; k <= n; k++) {
    // Different for each k, since mix32() maps one to one: there are no ties.
    const score = mix32(keyHash ^ mix32(k));
    if (score > bestScore) {
      bestScore = score;
      bestShard = k;
    }
  }
  return bestShard;
}

/** The part of a topology that one shard runs; the whole of it without a shard. */
export function takeShard(topology: Topology, shard: Shard | undefined): Topology {
  if (shard === undefined) return topology;
  const segments = topology.segments.filter((segment) => shardOf(segment, shard.n) === shard.k);
  const share = makeTopology(segments, topology);
  // Those that are in no link of this share belong to others, who would set them otherwise.
  const unplugged = new Set(unpluggedCarriers(share));
  return { ...share, carriers: share.carriers.filter((carrier) => !unplugged.has(carrier)) };
}

// FNV-1a, 32 bits, over UTF-8: Fowler, Noll and Vo, www.isthe.com/chongo/tech/comp/fnv. The result decides which instance
// runs a link, so it must never change between versions that run side by side.
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

// The finalizer of MurmurHash3 (fmix32, Austin Appleby, public domain): every bit of the input moves every bit of the
// result, which FNV does not give for inputs that differ in their last byte only. It maps 32 bits one to one.
function mix32(value: number): number {
  let mixed = value >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
