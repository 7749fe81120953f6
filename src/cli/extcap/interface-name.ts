// Names of links as names of interfaces of Wireshark: those end up in braces, in settings and in names of files.

const ALL = 'tcpbridge';
const PREFIX = 'tcpbridge-';

/** The interface of a link; undefined for all links. */
export function interfaceOf(link: string | undefined): string {
  return link === undefined ? ALL : `${PREFIX}${encodeURIComponent(link)}`;
}

/** The links of an interface; undefined when it is none of ours. */
export function linksOf(name: string): string[] | undefined {
  if (name === ALL) return [];
  if (!name.startsWith(PREFIX)) return undefined;
  try {
    return [decodeURIComponent(name.slice(PREFIX.length))];
  } catch {
    return undefined;
  }
}

/** A text that may stand in braces. */
export function inBraces(text: string): string {
  return text.replace(/[{}\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
