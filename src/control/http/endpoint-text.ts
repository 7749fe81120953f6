// Endpoints in requests: as everywhere, and a relative path of a socket means one below the bridge's own folder, because
// nobody else's is known here. Commands make paths absolute before they ask.

import { withAbsolutePath } from '../../topology/absolute-path.ts';
import { type EndpointSpec, parseEndpoint } from '../../topology/endpoint-spec.ts';

/** Reads an endpoint of a request. */
export function readEndpoint(text: string): EndpointSpec {
  return parseEndpoint(withAbsolutePath(text, process.cwd()));
}
