// Every route of the API, one line each: method, path, name, operation. A new resource is a handler and a line here; the
// server, the OpenAPI document and the check of methods follow.

import {
  deleteArmed,
  deleteCapture,
  dumpArmed,
  putArmed,
  readArmed,
  readCapture,
  readCaptures,
} from './handlers/captures.ts';
import { deleteDrill, postDrill, readDrill, readDrills } from './handlers/drills.ts';
import { readEvents, readRates } from './handlers/feeds.ts';
import { readHealth, readReadiness } from './handlers/health.ts';
import {
  deleteAllImpairments,
  deleteImpairments,
  patchLinkImpairments,
  putImpairments,
  readAllImpairments,
  readImpairments,
  readPresets,
} from './handlers/impairments.ts';
import { deleteLink, patchLink, putLink, readLink, readLinks } from './handlers/links.ts';
import { readLint } from './handlers/lint.ts';
import { flushMacs, readMacs } from './handlers/macs.ts';
import { addMember, deleteMember } from './handlers/members.ts';
import { readMetrics } from './handlers/metrics.ts';
import {
  pauseScenario,
  putScenario,
  readScenario,
  readScenarioLog,
  resumeScenario,
  stopScenario,
} from './handlers/scenario.ts';
import { readStatus, stopBridge } from './handlers/status.ts';
import { putTopology, readTopology } from './handlers/topology.ts';
import type { Operation } from './operation.ts';

/** A method and path, and what it does. */
export interface Route {
  readonly method: 'get' | 'put' | 'post' | 'patch' | 'delete';
  /** With `{name}` for a part that is a value. */
  readonly path: string;
  /** The operation id of the document. */
  readonly name: string;
  readonly operation: Operation;
}

/** All routes. */
export const ROUTES: readonly Route[] = [
  { method: 'get', path: '/v1/status', name: 'readStatus', operation: readStatus },
  { method: 'get', path: '/v1/topology', name: 'readTopology', operation: readTopology },
  { method: 'put', path: '/v1/topology', name: 'putTopology', operation: putTopology },
  { method: 'get', path: '/v1/links', name: 'readLinks', operation: readLinks },
  { method: 'get', path: '/v1/links/{name}', name: 'readLink', operation: readLink },
  { method: 'put', path: '/v1/links/{name}', name: 'putLink', operation: putLink },
  { method: 'patch', path: '/v1/links/{name}', name: 'patchLink', operation: patchLink },
  { method: 'delete', path: '/v1/links/{name}', name: 'deleteLink', operation: deleteLink },
  { method: 'post', path: '/v1/links/{name}/members', name: 'addMember', operation: addMember },
  { method: 'delete', path: '/v1/links/{name}/members/{endpoint}', name: 'deleteMember', operation: deleteMember },
  { method: 'get', path: '/v1/links/{name}/macs', name: 'readMacs', operation: readMacs },
  { method: 'delete', path: '/v1/links/{name}/macs', name: 'flushMacs', operation: flushMacs },
  { method: 'get', path: '/v1/links/{name}/impairments', name: 'readImpairments', operation: readImpairments },
  { method: 'put', path: '/v1/links/{name}/impairments', name: 'putImpairments', operation: putImpairments },
  { method: 'patch', path: '/v1/links/{name}/impairments', name: 'patchImpairments', operation: patchLinkImpairments },
  { method: 'delete', path: '/v1/links/{name}/impairments', name: 'deleteImpairments', operation: deleteImpairments },
  { method: 'get', path: '/v1/impairments', name: 'readAllImpairments', operation: readAllImpairments },
  { method: 'delete', path: '/v1/impairments', name: 'deleteAllImpairments', operation: deleteAllImpairments },
  { method: 'get', path: '/v1/impairments/presets', name: 'readPresets', operation: readPresets },
  { method: 'get', path: '/v1/scenario', name: 'readScenario', operation: readScenario },
  { method: 'put', path: '/v1/scenario', name: 'putScenario', operation: putScenario },
  { method: 'get', path: '/v1/scenario/log', name: 'readScenarioLog', operation: readScenarioLog },
  { method: 'post', path: '/v1/scenario/pause', name: 'pauseScenario', operation: pauseScenario },
  { method: 'post', path: '/v1/scenario/resume', name: 'resumeScenario', operation: resumeScenario },
  { method: 'post', path: '/v1/scenario/stop', name: 'stopScenario', operation: stopScenario },
  { method: 'get', path: '/v1/capture', name: 'readCapture', operation: readCapture },
  { method: 'get', path: '/v1/captures', name: 'readCaptures', operation: readCaptures },
  { method: 'delete', path: '/v1/captures/{id}', name: 'deleteCapture', operation: deleteCapture },
  { method: 'get', path: '/v1/capture/armed', name: 'readArmed', operation: readArmed },
  { method: 'put', path: '/v1/capture/armed', name: 'putArmed', operation: putArmed },
  { method: 'delete', path: '/v1/capture/armed', name: 'deleteArmed', operation: deleteArmed },
  { method: 'get', path: '/v1/capture/armed/dump', name: 'dumpArmed', operation: dumpArmed },
  { method: 'get', path: '/v1/drills', name: 'readDrills', operation: readDrills },
  { method: 'post', path: '/v1/drills', name: 'postDrill', operation: postDrill },
  { method: 'get', path: '/v1/drills/{id}', name: 'readDrill', operation: readDrill },
  { method: 'delete', path: '/v1/drills/{id}', name: 'deleteDrill', operation: deleteDrill },
  { method: 'get', path: '/v1/events', name: 'readEvents', operation: readEvents },
  { method: 'get', path: '/v1/rates', name: 'readRates', operation: readRates },
  { method: 'get', path: '/v1/lint', name: 'readLint', operation: readLint },
  { method: 'get', path: '/metrics', name: 'readMetrics', operation: readMetrics },
  { method: 'post', path: '/v1/stop', name: 'stopBridge', operation: stopBridge },
  { method: 'get', path: '/healthz', name: 'readHealth', operation: readHealth },
  { method: 'get', path: '/readyz', name: 'readReadiness', operation: readReadiness },
];
