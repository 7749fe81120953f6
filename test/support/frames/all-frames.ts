// All sample frames, for the tests that hold for any frame.
import { ACCESS_FRAMES } from './access.ts';
import { BGP_FRAMES } from './bgp.ts';
import { BRIDGING_FRAMES } from './bridging.ts';
import { DISCOVERY_FRAMES } from './discovery.ts';
import { ETHERNET_FRAMES } from './ethernet.ts';
import { FABRIC_FRAMES } from './fabric.ts';
import { IP_FRAMES } from './ip.ts';
import { LDP_FRAMES } from './ldp.ts';
import { LIVENESS_FRAMES } from './liveness.ts';
import { MPLS_FRAMES } from './mpls.ts';
import { ROUTING_FRAMES } from './routing.ts';
import type { SampleFrame } from './sample-frame.ts';
import { SERVICES_FRAMES } from './services.ts';
import { TRANSPORT_FRAMES } from './transport.ts';
import { TUNNELS_FRAMES } from './tunnels.ts';

/** Every sample frame. */
export const ALL_FRAMES: readonly SampleFrame[] = [
  ...ETHERNET_FRAMES,
  ...MPLS_FRAMES,
  ...DISCOVERY_FRAMES,
  ...BRIDGING_FRAMES,
  ...IP_FRAMES,
  ...TRANSPORT_FRAMES,
  ...BGP_FRAMES,
  ...ROUTING_FRAMES,
  ...LIVENESS_FRAMES,
  ...LDP_FRAMES,
  ...SERVICES_FRAMES,
  ...TUNNELS_FRAMES,
  ...ACCESS_FRAMES,
  ...FABRIC_FRAMES,
];
