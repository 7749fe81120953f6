// Every error that a person or a program can be told about: one table of code -> HTTP status, exit code and text, and
// the class that carries a row of it. Programs match on the code, never on the text. Open to all folders.
// docs/errors.md lists the same codes; errors.test.ts fails when the two differ.

import { conflict, type ErrorRow, failure, UNREACHABLE_EXIT_CODE, USAGE_EXIT_CODE, usage } from './error-rows.ts';
import {
  capitalized,
  type EndpointPlace,
  formatProblems,
  MANY_HOSTS,
  quote,
  type RequestProblem,
  suggest,
  type TopologyProblem,
} from './problems.ts';

export { type EndpointPlace, formatProblem, quote, type RequestProblem, type TopologyProblem } from './problems.ts';

/** The table: code -> HTTP status, exit code, text. */
export const ERRORS = {
  endpoint_malformed: usage(
    (d: { text: string; form: string; example: string; suggestion?: string | undefined }) =>
      `Cannot read endpoint ${quote(d.text)}: write ${d.form}, such as "${d.example}"${suggest(d.suggestion)}`,
  ),
  endpoint_kind_unknown: usage(
    (d: { text: string; kind: string; forms: readonly string[]; suggestion?: string | undefined }) =>
      `Cannot read endpoint ${quote(d.text)}: ${quote(d.kind)} is not a kind of endpoint; ` +
      `write ${d.forms.join(' or ')}${suggest(d.suggestion)}`,
  ),
  endpoint_option_invalid: usage(
    (d: { text: string; option: string; expected: string }) =>
      `Cannot use ${quote(d.option)} in endpoint ${quote(d.text)}: ${d.expected}`,
  ),
  interface_name_invalid: usage(
    (d: { text: string; name: string; kind: string; maxBytes: number }) =>
      `Endpoint ${quote(d.text)} does not name a network interface: write ${d.kind}:NAME, such as "${d.kind}:lab0", ` +
      `with at most ${d.maxBytes} bytes and without space, "/", ":", "%" and ","`,
  ),
  interface_missing: usage(
    (d: { text: string; example: string }) =>
      `Endpoint ${quote(d.text)} names no interface: write HOST/N, such as "${d.example}"`,
  ),
  interface_invalid: usage(
    (d: { text: string; interface: string; example: string }) =>
      `Endpoint ${quote(d.text)} has interface ${quote(d.interface)}, which is not a number: ` +
      `write HOST/N, such as "${d.example}"`,
  ),
  interface_management: usage(
    (d: { text: string; example: string }) =>
      `Endpoint ${quote(d.text)} has interface 0, the management interface, which vrnetlab does not offer over TCP: ` +
      `number interfaces from 1, such as "${d.example}"`,
  ),
  interface_out_of_range: usage(
    (d: { text: string; interface: string; max: number }) =>
      `Endpoint ${quote(d.text)} has interface ${quote(d.interface)}: ` +
      `write a number from 1 to ${d.max}, because interface N is TCP port 10000 + N`,
  ),
  host_invalid: usage(
    (d: { text: string; host: string }) =>
      `Endpoint ${quote(d.text)} has host ${quote(d.host)}: write a name of letters, digits, ".", "-" and "_", ` +
      'an IPv4 address, or an IPv6 address in brackets, such as "[2001:db8::1]"',
  ),
  address_invalid: usage(
    (d: { text: string; address: string; example?: string }) =>
      `Endpoint ${quote(d.text)} has address ${quote(d.address)}: write an IPv4 address of this machine, ` +
      `or an IPv6 address in brackets, or leave it out to use all of them, such as "${d.example ?? 'listen:9000'}"`,
  ),
  host_not_one: usage(
    (d: { text: string; host: string; many: 'multicast' | 'broadcast' | 'unspecified' }) =>
      `Endpoint ${quote(d.text)} sends to ${quote(d.host)}, ${MANY_HOSTS[d.many]}: write the name or the address of one host`,
  ),
  address_families_differ: usage(
    (d: { text: string; host: string; local: string }) =>
      `Endpoint ${quote(d.text)} leads from ${quote(d.local)} to ${quote(d.host)}: write two IPv4 addresses or two IPv6 addresses`,
  ),
  endpoint_to_itself: usage(
    (d: { text: string; port: number }) =>
      `Endpoint ${quote(d.text)} sends to itself: write the host at the other side, or another port than ${d.port} for one of the two`,
  ),
  port_out_of_range: usage(
    (d: { text: string; port: string }) =>
      `Endpoint ${quote(d.text)} has port ${quote(d.port)}: write a number from 1 to 65535`,
  ),
  path_invalid: usage(
    (d: { text: string; example: string; maxBytes: number }) =>
      `Endpoint ${quote(d.text)} needs a path of 1 to ${d.maxBytes} bytes without NUL, such as "${d.example}"`,
  ),
  filter_invalid: usage(
    (d: { filter: string; column: number; problem: string }) =>
      `Cannot read filter ${quote(d.filter)}: column ${d.column}: ${d.problem}`,
  ),
  double_dash: usage(
    (d: { text: string }) =>
      `Name ${quote(d.text)} contains "--", which only separates the two ends of a link: ` +
      'choose a name without it, and write a link as "vr1/1--vr2/1"',
  ),
  link_malformed: usage(
    (d: { text: string }) =>
      `Cannot read link ${quote(d.text)}: write two endpoints with "--" between them and nowhere else, ` +
      'such as "vr1/1--vr2/1"',
  ),
  link_to_itself: usage(
    (d: { link: string; endpoint: string }) =>
      `Link ${quote(d.link)} joins endpoint ${quote(d.endpoint)} to itself: ` +
      'write two different endpoints, such as "vr1/1--vr2/1"',
  ),
  hub_too_small: usage(
    (d: { kind: 'hub' | 'switch'; hub: string; members: number }) =>
      `${capitalized(d.kind)} ${quote(d.hub)} has ${d.members === 0 ? 'no endpoint' : 'one endpoint'}: ` +
      'write two or more, such as "vr1/1 vr2/1 vr3/1"',
  ),
  segment_name_invalid: usage(
    () => 'A link, hub or switch has an empty name: give it a name of one or more characters',
  ),
  segment_name_taken: conflict(
    (d: { name: string }) =>
      `Two links, hubs or switches are called ${quote(d.name)}: write each link once and give each hub and switch its own name`,
  ),
  endpoint_used_twice: conflict((d: { first: EndpointPlace; second: EndpointPlace }) => {
    const { first, second } = d;
    const alias = first.text === second.text ? '' : ` (written there as ${quote(first.text)})`;
    return first.segment === second.segment
      ? `Endpoint ${quote(second.text)} is used twice${alias} in ${second.kind} ${quote(second.segment)}: ` +
          'write each endpoint once'
      : `Endpoint ${quote(second.text)} of ${second.kind} ${quote(second.segment)} is already used ` +
          `in ${first.kind} ${quote(first.segment)}${alias}: an endpoint has one place`;
  }),
  local_port_taken: conflict(
    (d: { first: EndpointPlace; second: EndpointPlace; protocol: string; port: number; canShare: boolean }) =>
      `Endpoint ${quote(d.second.text)} of ${d.second.kind} ${quote(d.second.segment)} cannot have ${d.protocol} port ` +
      `${d.port} beside ${quote(d.first.text)} of ${d.first.kind} ${quote(d.first.segment)}: ` +
      (d.canShare
        ? 'write the same local address in both, or in none'
        : 'choose another port, or write an address of its own for each'),
  ),
  topology_invalid: usage((d: { problems: readonly TopologyProblem[] }) => formatProblems(d.problems)),
  topology_changed: {
    status: 412,
    exitCode: USAGE_EXIT_CODE,
    text: (_: undefined) => 'The running topology is not the one that If-Match names: read it again, and change that',
  },
  topology_unreadable: usage(
    (d: { file: string; reason: string }) =>
      `Cannot read ${quote(d.file)}: ${d.reason}; write the path of a file, or "-" for standard input`,
  ),
  monitor_malformed: usage(
    (d: { text: string; forms: readonly string[] }) =>
      `Cannot read monitor ${quote(d.text)}: write ${d.forms.join(' or ')}, such as "hmp:vr1:4000"`,
  ),
  netdev_invalid: usage(
    (d: { text: string }) =>
      `Cannot use netdev ${quote(d.text)}: write the id that the machine was started with, which begins with a letter ` +
      'and goes on with letters, digits, ".", "-" and "_"; "%02d" in it stands for the number of the interface',
  ),
  topology_empty: usage(() => 'Nothing to connect: add --p2p vr1/1--vr2/1, or --hub or --switch vr1/1 vr2/1 vr3/1'),
  duration_invalid: usage(
    (d: { text: string }) =>
      `Cannot read duration ${quote(d.text)}: write "10s", "500ms", "1m" or "1m30s"; a number alone is seconds`,
  ),
  duration_out_of_range: usage(
    (d: { text: string; min: string; max: string }) =>
      `Duration ${quote(d.text)} is out of range: write one from "${d.min}" to "${d.max}"`,
  ),
  shard_invalid: usage(
    (d: { text: string; max: number }) =>
      `Cannot read shard ${quote(d.text)}: write K/N with N from 1 to ${d.max} and K from 1 to N, such as "1/3", ` +
      'or "auto/3"',
  ),
  shard_slot_unknown: usage(
    (d: { text: string; hostname: string }) =>
      `Cannot tell which shard of ${quote(d.text)} this is: set TCPBRIDGE_SLOT to a number from 1, or give the host ` +
      `a name that ends in an ordinal, such as "tcpbridge-0" (it is ${quote(d.hostname)})`,
  ),
  shard_slot_out_of_range: usage(
    (d: { text: string; slot: string; source: string; n: number }) =>
      `Slot ${quote(d.slot)} from ${d.source} is not one of the ${d.n} that ${quote(d.text)} speaks of: ` +
      `run as many instances as there are shards, with slots from 1 to ${d.n}`,
  ),
  takeover_nobody: failure(
    503,
    (d: { path: string; reason: string }) =>
      `Cannot take over: no tcpbridge answers at ${quote(d.path)} (${d.reason}); give a topology to start one`,
  ),
  takeover_failed: failure(
    503,
    (d: { reason: string }) => `Cannot take over the running tcpbridge: ${d.reason}; this process has changed nothing`,
  ),
  route_unknown: failure(
    404,
    (d: { method: string; path: string }) =>
      `There is nothing at ${quote(d.path)}: "/openapi.json" lists what there is`,
  ),
  method_not_allowed: failure(
    405,
    (d: { method: string; path: string; allowed: readonly string[] }) =>
      `Cannot ${quote(d.method)} ${quote(d.path)}: use ${d.allowed.join(' or ')}`,
  ),
  request_malformed: failure(400, (d: { reason: string }) => `Cannot read the request: ${d.reason}`),
  request_invalid: failure(
    400,
    (d: { problems: readonly RequestProblem[] }) =>
      `Cannot use the request: ${d.problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')}`,
  ),
  request_timeout: failure(408, () => 'The request took too long to arrive: send it at once'),
  headers_too_large: failure(431, () => 'The headers of the request are too large: send less than 16 KiB'),
  media_type_unknown: failure(
    415,
    (d: { type: string; known: readonly string[] }) =>
      `Cannot read content of type ${quote(d.type)}: send it with Content-Type ${d.known.join(' or ')}`,
  ),
  body_too_large: failure(
    413,
    (d: { maxBytes: number }) => `The body of the request is too large: send at most ${d.maxBytes} bytes`,
  ),
  token_missing: failure(
    401,
    () => 'This needs a token: send the header "Authorization: Bearer TOKEN" with the one from the token file',
  ),
  token_wrong: failure(401, () => 'The token is wrong: send the one from the token file'),
  host_forbidden: failure(
    403,
    (d: { host: string }) =>
      `Requests for host ${quote(d.host)} are refused: use "localhost", an IP address, or the name of this machine`,
  ),
  origin_forbidden: failure(
    403,
    (d: { origin: string }) => `Requests from pages of ${quote(d.origin)} are refused: use pages of tcpbridge itself`,
  ),
  link_unknown: failure(
    404,
    (d: { name: string; suggestion?: string | undefined }) =>
      `There is no link, hub or switch ${quote(d.name)}${suggest(d.suggestion)}`,
  ),
  member_unknown: failure(
    404,
    (d: { kind: 'hub' | 'switch'; hub: string; endpoint: string }) =>
      `${capitalized(d.kind)} ${quote(d.hub)} has no member ${quote(d.endpoint)}`,
  ),
  not_a_hub: conflict(
    (d: { name: string }) => `Link ${quote(d.name)} has two ends and no members: rewire one of them instead`,
  ),
  not_a_link: conflict(
    (d: { kind: 'hub' | 'switch'; name: string }) =>
      `${capitalized(d.kind)} ${quote(d.name)} has members and no ends: add and remove members instead`,
  ),
  not_a_switch: conflict(
    (d: { kind: 'link' | 'hub'; name: string }) =>
      `${capitalized(d.kind)} ${quote(d.name)} is not a switch: only switches have settings, ports and addresses`,
  ),
  port_setting_invalid: usage(
    (d: { setting: string; found: string; right: string }) =>
      `Cannot use ${d.setting} ${quote(d.found)} for a port: ${d.right}`,
  ),
  capture_file_unusable: usage(
    (d: { path: string; reason: string }) =>
      `Cannot write capture file ${quote(d.path)} (${d.reason}): name a file in a folder that you may write to`,
  ),
  capture_cut: {
    status: 503,
    exitCode: UNREACHABLE_EXIT_CODE,
    text: (d: { frames: number; reason: string }) =>
      `Capture ended after ${d.frames} frame${d.frames === 1 ? '' : 's'}, which are written: ${d.reason}`,
  },
  capture_write_failed: failure(
    500,
    (d: { path: string; frames: number; reason: string }) =>
      `Capture ended after ${d.frames} frame${d.frames === 1 ? '' : 's'}: cannot write ${quote(d.path)} (${d.reason})`,
  ),
  too_many_captures: failure(503, (d: { max: number }) => `There are ${d.max} captures already: end one of them`),
  capture_unknown: failure(404, (d: { id: string }) => `There is no capture ${quote(d.id)}: it may have ended`),
  capture_not_armed: conflict(
    () => 'No capture is kept in memory: arm one first, with "tcpbridge capture arm" or PUT /v1/capture/armed',
  ),
  drill_running: conflict(
    (d: { link: string }) => `A drill of ${quote(d.link)} is running: wait until it is over, or interrupt it`,
  ),
  drill_flow_missing: conflict(
    (d: { flow: string }) =>
      `No frame of ${quote(d.flow)} left the lab before the cut: send them all the time, and watch the links that they take`,
  ),
  drill_failed: failure(500, (d: { reason: string }) => `The drill could not be finished: ${d.reason}`),
  drill_unknown: failure(404, (d: { id: string }) => `There is no drill ${quote(d.id)}: the last 10 are kept`),
  too_many_streams: failure(
    503,
    (d: { max: number }) => `There are ${d.max} event streams open already: close one of them first`,
  ),
  stopping: failure(503, () => 'This tcpbridge is stopping: start it again'),
  internal: failure(500, (d: { reason: string }) => `tcpbridge failed at this request: ${d.reason}`),
  state_file_damaged: failure(
    500,
    (d: { path: string; reason: string }) =>
      `Cannot read state file ${quote(d.path)}: ${d.reason}; mend it, or remove it to start with the topology given`,
  ),
  state_file_unwritable: failure(
    500,
    (d: { path: string; reason: string }) =>
      `Cannot write state file ${quote(d.path)}: ${d.reason}; nothing was changed`,
  ),
  control_taken: conflict(
    (d: { path: string; pid: number | undefined }) =>
      `Control socket ${quote(d.path)} is served by another tcpbridge` +
      `${d.pid === undefined ? '' : ` (process ${d.pid})`}: stop that one, or name another path`,
  ),
  control_unusable: failure(
    500,
    (d: { path: string; reason: string }) =>
      `Cannot listen on control socket ${quote(d.path)}: ${d.reason}; name a path where a socket can be made`,
  ),
  listen_invalid: usage(
    (d: { text: string }) => `Cannot listen on ${quote(d.text)}: write HOST:PORT, such as "127.0.0.1:7000"`,
  ),
  listen_failed: failure(
    500,
    (d: { text: string; reason: string }) =>
      `Cannot listen on ${quote(d.text)}: ${d.reason}; name an address of this machine and a free port`,
  ),
  listen_without_token: usage(
    (d: { text: string; isLoopback: boolean }) =>
      `Cannot listen on ${quote(d.text)} without a token: every ${d.isLoopback ? 'user of this machine' : 'machine of the network'} ` +
      'could change the topology; name a file that holds one, made for example with "openssl rand -hex 32"',
  ),
  token_file_unusable: usage(
    (d: { path: string; reason: string; minLength: number }) =>
      `Cannot use token file ${quote(d.path)}: ${d.reason}; write one line of ${d.minLength} or more characters ` +
      'without spaces, made for example with "openssl rand -hex 32"',
  ),
  bridge_unreachable: {
    status: 503,
    exitCode: UNREACHABLE_EXIT_CODE,
    text: (d: { target: string; reason: string }) =>
      `Cannot reach a running tcpbridge at ${quote(d.target)}: ${d.reason}; start one with "tcpbridge run", ` +
      'or name its control socket',
  },
  impairment_invalid: usage(
    (d: { option: string; text: string; expected: string }) =>
      `Cannot use ${quote(d.text)} as ${d.option}: write ${d.expected}`,
  ),
  impairment_incomplete: usage(
    (d: { option: string; needed: string }) =>
      `Cannot use ${d.option} without ${d.needed}: write ${d.needed.includes(' or ') ? 'one of them, too' : 'both'}, or leave ${d.option} out`,
  ),
  preset_unknown: usage(
    (d: { name: string }) =>
      `There is no preset ${quote(d.name)}: "tcpbridge impair --presets" lists them; "lte" and "transatlantic" are two`,
  ),
  scenario_invalid: usage((d: { problems: readonly TopologyProblem[] }) => formatProblems(d.problems)),
  scenario_running: conflict(
    (d: { name: string }) =>
      `Scenario ${quote(d.name)} is still running: wait for its end, or end it with "tcpbridge scenario stop"`,
  ),
  scenario_state: conflict(
    (d: { name: string; state: string; go: string }) =>
      `Scenario ${quote(d.name)} is ${d.state} already: use "tcpbridge scenario ${d.go}"`,
  ),
  scenario_missing: conflict(
    (d: { wanted: string }) => `There is no scenario to ${d.wanted}: start one with "tcpbridge scenario run FILE"`,
  ),
  no_direction: conflict(
    (d: { kind: 'hub' | 'switch'; name: string }) =>
      `Cannot wait for a direction of ${d.kind} ${quote(d.name)}: only links have two; leave "direction" out`,
  ),
  not_impairable: conflict(
    (d: { kind: 'hub' | 'switch'; name: string }) =>
      `Cannot impair ${d.kind} ${quote(d.name)}: only links have two directions; put a link between the machine and the ` +
      `${d.kind} ("unix:PATH" in the link, "unix-listen:PATH" in the ${d.kind}), and impair that`,
  ),
  option_invalid: usage((d: { text: string; expected: string }) => `Cannot use ${quote(d.text)}: write ${d.expected}`),
};

/** A code of the error table. */
export type ErrorCode = keyof typeof ERRORS;

/** What the text of one code is made from. */
export type ErrorDetails<C extends ErrorCode> = Parameters<(typeof ERRORS)[C]['text']>[0];

// The same table, in a form in which the compiler can relate a code to its own details.
const ROWS: { readonly [C in ErrorCode]: ErrorRow<ErrorDetails<C>> } = ERRORS;

/** An error from the table, with a text for people and a code for programs. */
export class TcpbridgeError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'TcpbridgeError';
  readonly code: C;
  /** HTTP status of a reply that reports this error. */
  readonly status: number;
  /** Exit code of a command that ends with this error. */
  readonly exitCode: number;
  readonly details: ErrorDetails<C>;

  constructor(code: C, details: ErrorDetails<C>, options?: { cause?: unknown }) {
    const row = ROWS[code];
    super(row.text(details), options);
    this.code = code;
    this.status = row.status;
    this.exitCode = row.exitCode;
    this.details = details;
  }
}
