// The bearer token of the API, from a file: not from the command line, which every user of the machine can read.

import { readFileSync, statSync } from 'node:fs';
import { TcpbridgeError } from '../../errors.ts';
import { fileFault } from '../../topology/file/file-fault.ts';

const MIN_TOKEN_LENGTH = 16;

/** Reads the token; `onOpen` hears of a file that others may read, with its mode. */
export function readTokenFile(path: string, onOpen: (mode: string) => void): string {
  const fail = (reason: string): never => {
    throw new TcpbridgeError('token_file_unusable', { path, reason, minLength: MIN_TOKEN_LENGTH });
  };
  let text = '';
  try {
    const { mode } = statSync(path);
    if ((mode & 0o077) !== 0) onOpen((mode & 0o777).toString(8).padStart(4, '0'));
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    fail(fileFault(error));
  }
  if (text.length < MIN_TOKEN_LENGTH) fail(text === '' ? 'it is empty' : 'its token is too short');
  // What a header can carry, without spaces: RFC 9110 section 5.5.
  if (!/^[\x21-\x7e]+$/.test(text)) fail('its token has spaces or characters beyond ASCII');
  return text;
}
