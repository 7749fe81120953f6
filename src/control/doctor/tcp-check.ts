// A machine that listens on TCP: is its name known, its port open, and is it us whom it serves? The kernel's socket lists
// answer where they reach, the machine's monitor may answer too (monitor-check.ts), and only then is the door knocked at.

import type { EndpointSpec } from '../../topology/endpoint-spec.ts';
import { bracketHost } from '../../topology/host-port.ts';
import { type Finding, note, ok, type Patient, wrong } from './finding.ts';
import { knock, type Reach, resolveHost } from './reach.ts';
import { listensAt, type NamespaceView, type SocketTable, socketAddress, type TcpRow } from './socket-table.ts';

type TcpSpec = Extract<EndpointSpec, { kind: 'tcp' }>;

/** What was found, and our own address on the connection, for comparison with what the machine's monitor says. */
export interface TcpExamination {
  readonly findings: readonly Finding[];
  readonly ownAddress?: string;
}

// A lost segment is sent again after 0.2 s, then after twice as long each time: silence for more than a second.
const SUSPICIOUS_RETRANSMITS = 3;

/** Examines an endpoint of kind "tcp". */
export async function checkTcp(spec: TcpSpec, patient: Patient, table: SocketTable): Promise<TcpExamination> {
  const view = table.viewOf(patient.pid);
  if (patient.end?.state === 'attached') return checkAttachment(patient, table, view);
  const addresses = await resolveHost(spec.host);
  if (addresses.length === 0) {
    const advice = `start the machine, or correct its name; a container's name is known in its Docker network only`;
    return { findings: [wrong('name', `host "${spec.host}" is not known`, advice)] };
  }
  const name = spec.host === addresses[0] ? [] : [ok('name', `"${spec.host}" is ${addresses.join(', ')}`)];
  const findings: Finding[] = [];
  for (const address of addresses) {
    findings.push(await checkPort(address, spec.port, { patient, table, view }));
    if (findings.at(-1)?.level !== 'wrong') break;
  }
  // One address that works is enough.
  return { findings: [...name, ...(findings.at(-1)?.level === 'wrong' ? findings.slice(0, 1) : findings.slice(-1))] };
}

interface Surroundings {
  readonly patient: Patient;
  readonly table: SocketTable;
  readonly view: NamespaceView | undefined;
}

async function checkPort(address: string, port: number, { patient, table, view }: Surroundings): Promise<Finding> {
  const where = `${bracketHost(address)}:${port}`;
  const there = table.viewWith(address, view);
  if (there === undefined) return describeReach(await knock({ host: address, port }), where);
  const listener = there.tcp.find((row) => listensAt(row, address, port));
  if (listener === undefined) return describeReach('refused', where);
  const owner = table.describeOwner(listener.inode);
  const served = there.tcp.filter((row) => row.state === 'established' && row.local === socketAddress(address, port));
  const client = served.find(({ inode }) => inode !== 0);
  if (client === undefined) {
    const missing = patient.end === undefined ? '' : ', but the running tcpbridge is not attached yet';
    return ok('port', `${owner} listens at ${where} and serves nobody${missing}`);
  }
  return wrong(
    'port',
    `${owner} listens at ${where} and serves ${describeClient(client, table)} already`,
    'QEMU serves one client at a time: end that one first',
  );
}

function describeReach(reach: Reach, where: string): Finding {
  switch (reach) {
    case 'open':
      return note('port', `something listens at ${where} (found by connecting and closing at once)`);
    case 'refused':
      return wrong(
        'port',
        `nothing listens at ${where}: connection refused`,
        'wait until the machine has started, and see that QEMU has "-netdev socket,…,listen=:PORT" for this interface',
      );
    case 'silent':
      return wrong(
        'port',
        `${where} does not answer`,
        'either the host is down or a firewall drops packets, or two clients are there already: QEMU serves one and ' +
          'lets one wait',
      );
    default:
      return wrong('port', `host of ${where} cannot be reached`, 'see that there is a route to it, and that it runs');
  }
}

/** The bridge is connected: but has the machine accepted, and does it still know? */
function checkAttachment({ end, pid }: Patient, table: SocketTable, view: NamespaceView | undefined): TcpExamination {
  const peer = end?.detail ?? '';
  const connections = (view?.tcp ?? []).filter((row) => row.remote === peer && row.state === 'established');
  const ours = connections.filter(({ inode }) => pid !== undefined && table.ownerOf(inode) === pid);
  const [own, second] = ours.length > 0 ? ours : connections.filter(({ inode }) => inode !== 0);
  if (own === undefined || second !== undefined) {
    const advice =
      'run this as the same account, on the host and in the container of the bridge, to look at its sockets';
    return { findings: [note('attachment', `connected to ${peer}; its socket cannot be seen from here`, advice)] };
  }
  const ownAddress = own.local;
  if (own.retransmits >= SUSPICIOUS_RETRANSMITS) {
    const message = `half-open: ${peer} has not acknowledged what was sent ${own.retransmits} times`;
    const advice = 'the host of the machine is gone or cut off; the connection is given up within 12 s';
    return { findings: [wrong('attachment', message, advice)], ownAddress };
  }
  return { findings: [checkAccepted(own, table, view)], ownAddress };
}

function checkAccepted({ local, remote }: TcpRow, table: SocketTable, view: NamespaceView | undefined): Finding {
  const address = remote.slice(0, remote.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  const there = table.viewWith(address, view);
  if (there === undefined)
    return note(
      'attachment',
      `connected to ${remote} from ${local}; whether it was accepted, only the machine's host knows`,
    );
  const served = there.tcp.filter((row) => row.state === 'established' && row.local === remote);
  const its = served.find((row) => row.remote === local);
  if (its === undefined) {
    const message = `half-open: the host of ${remote} does not know this connection any more`;
    return wrong(
      'attachment',
      message,
      'wait: it is given up within 12 s and made anew; address translation hides it, too',
    );
  }
  if (its.inode !== 0) {
    const owner = table.describeOwner(its.inode);
    if (/^docker-proxy/.test(owner))
      return note('attachment', `connected to ${owner}, which passes it on to the machine`);
    return ok('attachment', `attached: accepted by ${owner}`);
  }
  const first = served.find(({ inode }) => inode !== 0);
  const whom =
    first === undefined ? 'which accepts nobody at the moment' : `which serves ${describeClient(first, table)}`;
  return wrong(
    'attachment',
    `queued: connected to ${remote}, ${whom}`,
    first === undefined
      ? 'see whether the machine is stopped or hangs'
      : 'end that client: the machine then takes this one',
  );
}

function describeClient({ remote }: TcpRow, table: SocketTable): string {
  for (const { tcp } of table.views) {
    const its = tcp.find((row) => row.local === remote && row.inode !== 0 && row.state === 'established');
    if (its !== undefined) return `${table.describeOwner(its.inode)} at ${remote}`;
  }
  return `a client at ${remote}`;
}
