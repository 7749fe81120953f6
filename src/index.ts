// The library: everything a program may use, and nothing else.

export type { DropReason, EndCounters, EndState } from './channel/counters.ts';
// A bridge and what it tells
export { Bridge, type BridgeOptions, type EndStatus, type SegmentStatus } from './control/bridge.ts';
export type { BridgeEvents, EndEvent } from './control/events.ts';
// Errors
export { TcpbridgeError } from './errors.ts';
export { type EndpointSpec, parseEndpoint } from './topology/endpoint-spec.ts';
// Topologies
export { makeHub, makeTopology, parseLink, type SegmentSpec, type Topology } from './topology/topology.ts';
