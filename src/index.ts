// The library: everything a program may use, and nothing else.

export type { DropReason, EndCounters, EndState } from './channel/counters.ts';
// A bridge and what it tells
export { Bridge, type BridgeOptions } from './control/bridge.ts';
export type { BridgeEvents, EndEvent } from './control/events.ts';
export type { Plan, Step } from './control/reconcile.ts';
export type { EndStatus, SegmentStatus } from './control/segment-record.ts';
// Errors
export { TcpbridgeError } from './errors.ts';
export { type EndpointSpec, parseEndpoint } from './topology/endpoint-spec.ts';
export type { Chance, Direction, Distribution, ImpairmentSpec, Impairments, LossSpec } from './topology/impairment.ts';
// Topologies
export type { PortSettings, SwitchSettings, VlanRange } from './topology/switch-settings.ts';
export { makeHub, makeSwitch, makeTopology, parseLink, type SegmentSpec, type Topology } from './topology/topology.ts';
