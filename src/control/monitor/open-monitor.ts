// Opens a monitor of either kind: the one door to this folder for whoever has a MonitorSpec.

import type { MonitorSpec } from '../../topology/carrier.ts';
import { openHmp } from './hmp.ts';
import type { Monitor, MonitorOptions } from './monitor.ts';
import { openQmp } from './qmp.ts';

/** How to open a monitor; tests bring their own. */
export type OpenMonitor = (spec: MonitorSpec, options?: MonitorOptions) => Promise<Monitor>;

/** Connects to a monitor and waits until it takes commands; rejects with a MonitorError. */
export const openMonitor: OpenMonitor = async ({ kind, address }, options = {}) =>
  kind === 'hmp' ? await openHmp(address, options) : await openQmp(address, options);
