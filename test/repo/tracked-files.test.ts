// What must not get into the repository: paths of one machine, notes to oneself, build results.
import { statSync } from 'node:fs';
import { test } from 'node:test';
import { assertNone, ROOT, readText, trackedFiles } from '../support/repository.ts';

const MAX_FILE_BYTES = 512 * 1024;
const BINARY = /\.(png|jpg|gif|ico|woff2?|pcapng|gz)$/;
// Taken apart, so that this file does not find itself.
const FOLDERS = ['work', 'root', 'farm', 'home/[a-z]+', 'Users'].join('|');
const MACHINE_PATH = new RegExp(`(?<![\\w.~})*$/-])/(?:${FOLDERS})/[^\\s'"\`)]*`, 'g');
const NOTES = new RegExp(
  `\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b(?!\\(#\\d+\\))`,
  'g',
);

const texts = trackedFiles().filter((file) => !BINARY.test(file));

test('no file names a path of one machine', () => {
  assertNone(findAll(MACHINE_PATH));
});

test('a note about work to do carries the number of an issue, as in (#12)', () => {
  assertNone(findAll(NOTES));
});

test('no file has conflict markers, tabs for indentation outside Makefiles, or spaces at the end of a line', () => {
  const allowTabs = /(^|\/)(Makefile|.*\.mk|THIRD_PARTY_NOTICES|LICENSE)$/;
  const untidy = texts.flatMap((file) => {
    const text = readText(file);
    const faults = [
      /^(<{7}|>{7}) /m.test(text) && 'conflict marker',
      /^ *\t/m.test(text) && !allowTabs.test(file) && 'tab',
      /[ \t]$/m.test(text) && file !== 'THIRD_PARTY_NOTICES' && 'space at the end of a line',
      text !== '' && !text.endsWith('\n') && 'no newline at the end',
    ];
    return faults.filter((fault) => fault !== false).map((fault) => `${file}: ${fault}`);
  });
  assertNone(untidy);
});

test('no build result is tracked, and no file is big', () => {
  const results = trackedFiles().filter((file) => /^(build|dist|node_modules|\.cache)\/|\.(log|tgz|map)$/.test(file));
  const big = trackedFiles().filter((file) => statSync(ROOT + file).size > MAX_FILE_BYTES);
  assertNone([...results, ...big]);
});

function findAll(pattern: RegExp): string[] {
  return texts.flatMap((file) => (readText(file).match(pattern) ?? []).map((found) => `${file}: ${found}`));
}
