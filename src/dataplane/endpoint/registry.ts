// EndpointSpec -> endpoint: the only place that knows all kinds.

import type { EndpointSpec } from '../../topology/endpoint-spec.ts';
import type { Loop } from '../loop/loop.ts';
import { Acceptor } from './acceptor.ts';
import { Dialer } from './dialer.ts';
import type { Endpoint, EndpointReporter } from './endpoint.ts';
import { StreamEndpoint } from './stream.ts';

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
    case 'vxlan':
    case 'tap':
    case 'raw':
      throw new Error(`${spec.kind} is not there yet`);
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
