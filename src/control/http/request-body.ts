// Reads the body of a request: only of a known type, never more than the limit, and only as proper UTF-8.

import { TcpbridgeError } from '../../errors.ts';

/** The largest body; a topology of 2,000 links takes a fifth of it. */
export const MAX_BODY_BYTES = 1024 * 1024;

// YAML has four names in the wild; RFC 9512 made the first of them official in 2024.
const ALIASES = {
  'application/json': ['application/json', 'application/merge-patch+json'],
  'application/yaml': ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'],
} as const;

/** A type of content that the API reads. */
export type MediaType = keyof typeof ALIASES;

/** Reads the body as text of one of these types. */
export async function readText(
  request: Request,
  known: readonly MediaType[],
): Promise<{ text: string; type: MediaType }> {
  const type = typeOf(request.headers.get('content-type') ?? '', known);
  const bytes = await readBytes(request);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), type };
  } catch (cause) {
    throw new TcpbridgeError('request_malformed', { reason: 'its body is not UTF-8' }, { cause });
  }
}

function typeOf(header: string, known: readonly MediaType[]): MediaType {
  const [name = '', ...parameters] = header.toLowerCase().split(';');
  const found = known.find((type) => (ALIASES[type] as readonly string[]).includes(name.trim()));
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (found === undefined || !isUtf8) throw new TcpbridgeError('media_type_unknown', { type: header, known });
  return found;
}

async function readBytes(request: Request): Promise<Buffer> {
  const tooLarge = () => new TcpbridgeError('body_too_large', { maxBytes: MAX_BODY_BYTES });
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body === null) return Buffer.alloc(0);
  try {
    for await (const chunk of request.body as ReadableStream<Uint8Array>) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new TcpbridgeError('request_malformed', { reason: 'its body broke off' }, { cause });
  }
  if (size > MAX_BODY_BYTES) throw tooLarge();
  return Buffer.concat(chunks);
}
