// The doctor: everything that may keep the endpoints of a topology from working, each with what to do about it. It only
// looks: nothing of the running bridge or of a machine is changed, and a port that the bridge is connected to is never
// connected to again.

import { type EndpointSpec, endpointKey, parseEndpoint } from '../../topology/endpoint-spec.ts';
import type { SegmentSpec, Topology } from '../../topology/topology.ts';
import { checkDatagram } from './datagram-check.ts';
import {
  type Diagnosis,
  type EndpointDiagnosis,
  type Finding,
  note,
  type Patient,
  type RunningBridge,
  type RunningEnd,
} from './finding.ts';
import { checkHost } from './host-check.ts';
import { checkRaw, checkTap } from './interface-check.ts';
import { checkListen } from './listen-check.ts';
import { checkMonitor, MonitorQuestions } from './monitor-check.ts';
import { SocketTable } from './socket-table.ts';
import { checkTcp, type TcpExamination } from './tcp-check.ts';
import { checkUnix, checkUnixListen } from './unix-check.ts';

/** How to examine; tests bring their own tables. */
export interface ExamineOptions {
  /** The bridge that runs the topology, or part of it. */
  readonly running?: RunningBridge | undefined;
  readonly table?: SocketTable;
}

// Each may wait some seconds for an answer.
const AT_ONCE = 16;

/** Examines every endpoint of a topology, and this machine. */
export async function examine(
  topology: Topology,
  { running, table = new SocketTable() }: ExamineOptions = {},
): Promise<Diagnosis> {
  const pid = running?.isLocal && table.viewOf(running.pid) !== undefined ? running.pid : undefined;
  const ends = new Map<string, RunningEnd>();
  for (const end of running?.segments.flatMap((segment) => segment.ends) ?? []) ends.set(keyOf(end), end);
  const carriers = new Map(topology.carriers.map((carrier) => [endpointKey(carrier.endpoint), carrier]));
  const questions = new MonitorQuestions();
  const work = topology.segments.flatMap((segment) => segment.endpoints.map((endpoint) => ({ segment, endpoint })));
  const endpoints = await inBatches(work, async ({ segment, endpoint }) => {
    const key = endpointKey(endpoint);
    const patient: Patient = { end: ends.get(key), pid, carrier: carriers.get(key) };
    return await examineEndpoint(segment, endpoint, patient, { table, questions });
  });
  const host = checkHost(work.length, pid);
  if (running === undefined)
    host.unshift(note('bridge', 'no running tcpbridge was asked: only what it would find is told'));
  const healthy = ![...host, ...endpoints.flatMap(({ findings }) => findings)].some(({ level }) => level === 'wrong');
  return { healthy, endpoints, host };
}

async function examineEndpoint(
  segment: SegmentSpec,
  endpoint: EndpointSpec,
  patient: Patient,
  { table, questions }: { table: SocketTable; questions: MonitorQuestions },
): Promise<EndpointDiagnosis> {
  const { carrier, end } = patient;
  const said = carrier === undefined ? undefined : await questions.ask(carrier);
  const { findings, ownAddress } = await examineKind(endpoint, patient, table);
  const all: Finding[] = [...findings];
  if (carrier !== undefined && said !== undefined) all.push(...checkMonitor(carrier, said, patient, ownAddress));
  if (!segment.isUp)
    all.push(note('bridge', `${segment.kind} "${segment.name}" is down: no frame passes`, 'set it up'));
  if (end !== undefined && end.state === 'waiting' && !/^listening on /.test(end.detail))
    all.push(note('bridge', `the running tcpbridge waits: ${end.detail}`));
  return { endpoint: endpoint.text, link: segment.name, findings: all };
}

async function examineKind(endpoint: EndpointSpec, patient: Patient, table: SocketTable): Promise<TcpExamination> {
  switch (endpoint.kind) {
    case 'tcp':
      return await checkTcp(endpoint, patient, table);
    case 'listen':
      return { findings: checkListen(endpoint, patient, table) };
    case 'unix':
      return { findings: await checkUnix(endpoint, patient, table) };
    case 'unix-listen':
      return { findings: checkUnixListen(endpoint, patient, table) };
    case 'udp':
    case 'vxlan':
      return { findings: await checkDatagram(endpoint, patient, table) };
    case 'tap':
      return { findings: checkTap(endpoint, patient) };
    case 'raw':
      return { findings: checkRaw(endpoint, patient) };
  }
}

function keyOf({ endpoint }: RunningEnd): string {
  return endpointKey(parseEndpoint(endpoint));
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}
