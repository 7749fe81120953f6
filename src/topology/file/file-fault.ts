// Why a file cannot be read or written, in a person's words: Node's own messages name system calls, and files that only
// exist for a moment. Pure.

/** What ENOENT means: a file that is read is missing itself, for one that is written its folder is. */
export type Missing = 'file' | 'folder';

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ELOOP: 'its symbolic links go round in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENOSPC: 'no space is left on the device',
  ENOTDIR: 'a part of its path is not a directory',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
};

/** Says why a file cannot be used. */
export function fileFault(error: unknown, missing: Missing = 'file'): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `there is no such ${missing}`;
  // "EIO: i/o error, read": what stands between is meant for people.
  return Object.hasOwn(WORDS, code) ? WORDS[code]! : message.replace(/^[A-Z0-9]+: (.*?), \w+(?: '.*)?$/s, '$1');
}
