// EndpointSpec -> endpoint: the only place that knows all kinds.

import type { EndpointSpec } from '../../topology/endpoint-spec.ts';
import type { Loop } from '../loop/loop.ts';
import { Acceptor } from './acceptor.ts';
import { Dialer } from './dialer.ts';
import type { Endpoint, EndpointReporter } from './endpoint.ts';
import { RawEndpoint } from './raw.ts';
import { StreamEndpoint } from './stream.ts';
import { TapEndpoint } from './tap.ts';
import { UdpEndpoint } from './udp.ts';
import { VxlanEndpoint } from './vxlan.ts';

/** What every endpoint is given. */
export interface EndpointContext {
  readonly loop: Loop;
  readonly reporter: EndpointReporter;
  readonly random: () => number;
}

type StreamSpec = Extract<EndpointSpec, { kind: 'tcp' | 'listen' | 'unix' | 'unix-listen' }>;

/** Makes the endpoint that `spec` describes. */
export function buildEndpoint(id: number, spec: EndpointSpec, context: EndpointContext): Endpoint {
  switch (spec.kind) {
    case 'udp':
      return new UdpEndpoint(id, spec, context);
    case 'vxlan':
      return new VxlanEndpoint(id, spec, context);
    case 'tap':
      return new TapEndpoint(id, spec, context);
    case 'raw':
      return new RawEndpoint(id, spec, context);
    default:
      return buildStream(id, spec, context);
  }
}

function buildStream(id: number, spec: StreamSpec, context: EndpointContext): Endpoint {
  const isTcp = spec.kind === 'tcp' || spec.kind === 'listen';
  const endpoint = new StreamEndpoint(id, isTcp, context);
  endpoint.attacher =
    spec.kind === 'listen' || spec.kind === 'unix-listen'
      ? new Acceptor(endpoint, spec, context)
      : new Dialer(endpoint, spec, context);
  return endpoint;
}
