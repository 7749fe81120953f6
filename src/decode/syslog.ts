// Syslog (RFC 5424, RFC 3164), UDP port 514: facility, severity and the start of the message.
import type { View } from './view.ts';

const FACILITIES = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp', 'ntp'],
  ...['audit', 'alert', 'clock', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
];
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

/** Decodes a syslog message. */
export function decodeSyslog(view: View): string {
  const start = view.copy(0, 5);
  // "<", one to three digits, ">": the priority, facility times 8 plus severity.
  const match = /^<(\d{1,3})>/.exec(String.fromCharCode(...start));
  if (!match) return view.short('syslog', 3);
  const priority = Number(match[1]);
  const facility = FACILITIES[priority >> 3] ?? `facility${priority >> 3}`;
  return `syslog ${facility}.${SEVERITIES[priority & 7]!} ${view.text(match[0].length, view.size)}`;
}
