// The program that Wireshark starts (extcap(4)): a script of the shell, so that what is always the same is answered at
// once. Wireshark asks for the settings of every interface each time it starts; only the list of links and a capture
// itself are worth a start of Node.

/** What a user can set for an interface, in the words of extcap(4). */
const SETTINGS = [
  'arg {number=0}{call=--point}{display=Frames}{type=selector}{tooltip=Where frames are taken}',
  'value {arg=0}{value=before}{display=as they come from the machines}{default=true}',
  'value {arg=0}{value=after}{display=as they are handed to the machines, behind impairments}',
  'value {arg=0}{value=both}{display=both: each frame twice}',
  'arg {number=1}{call=--snap}{display=Bytes of each frame}{type=unsigned}{default=0}{tooltip=0: all of them}',
];
const LINK_TYPES = ['dlt {number=1}{name=EN10MB}{display=Ethernet}'];

/** The word that tells the program that Wireshark asks. */
export const EXTCAP_WORD = '__extcap';

/**
 * The text of the script.
 *
 * @param command Node and the program
 * @param control where the bridge is, if not at the usual place
 */
export function makeExtcapScript(command: readonly string[], control: string | undefined): string {
  const where =
    control === undefined ? [] : [`TCPBRIDGE_CONTROL=${quoteForShell(control)}`, 'export TCPBRIDGE_CONTROL'];
  return [
    '#!/bin/sh',
    '# Lists the links of a running tcpbridge as interfaces of Wireshark. Made by "tcpbridge extcap install".',
    'for word in "$@"; do',
    '  case $word in',
    '    --extcap-config)',
    ...SETTINGS.map((line) => `      echo ${quoteForShell(line)}`),
    '      exit 0 ;;',
    '    --extcap-dlts)',
    ...LINK_TYPES.map((line) => `      echo ${quoteForShell(line)}`),
    '      exit 0 ;;',
    '  esac',
    'done',
    ...where,
    `exec ${command.map(quoteForShell).join(' ')} ${EXTCAP_WORD} "$@"`,
    '',
  ].join('\n');
}

function quoteForShell(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
