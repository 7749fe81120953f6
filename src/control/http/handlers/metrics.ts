// The counters for Prometheus.

import { METRICS_TYPE } from '../../metrics/exposition.ts';
import { operation } from '../operation.ts';

/** GET /metrics */
export const readMetrics = operation({
  summary: 'Counters, gauges and histograms for Prometheus',
  description:
    'The text format of Prometheus, version 0.0.4. docs/metrics.md lists every name. Like everything else it needs the ' +
    'token over TCP.',
  replies: { 200: { description: 'All metrics, at most some milliseconds old', type: 'text/plain' } },
  handle: ({ api }) =>
    new Response(api.metrics.text(), {
      headers: { 'content-type': METRICS_TYPE, 'cache-control': 'no-store' },
    }),
});
