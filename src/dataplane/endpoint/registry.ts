// EndpointSpec -> endpoint: the only place that knows all kinds.

import type { EndpointSpec } from '../../topology/endpoint-spec.ts';
import type { Loop } from '../loop/loop.ts';
import { Acceptor } from './acceptor.ts';
import { Dialer } from './dialer.ts';
import type { Endpoint, EndpointReporter, Port } from './endpoint.ts';
import { StreamEndpoint } from './stream.ts';

/** An endpoint before it is plugged in. */
export interface BuiltEndpoint {
  readonly endpoint: Endpoint;
  plugIn(port: Port): void;
  /** The answer to a question for a name's addresses. */
  onResolved(addresses: readonly string[], error: string | undefined): void;
}

/** Makes the endpoint that `spec` describes. */
export function buildEndpoint(
  id: number,
  spec: EndpointSpec,
  context: { loop: Loop; reporter: EndpointReporter; random: () => number },
): BuiltEndpoint {
  const endpoint = new StreamEndpoint(id, context.loop, context.reporter);
  const attacher =
    spec.kind === 'listen' || spec.kind === 'unix-listen'
      ? new Acceptor(endpoint, spec, context)
      : new Dialer(endpoint, spec, context);
  endpoint.attacher = attacher;
  return {
    endpoint,
    plugIn: (port) => {
      endpoint.port = port;
    },
    onResolved: (addresses, error) => attacher.onResolved(addresses, error),
  };
}
