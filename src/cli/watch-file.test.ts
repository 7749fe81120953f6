// A file that is saved in all the ways in which files are saved.

import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WatchedFile } from './watch-file.ts';

interface Watched {
  readonly folder: string;
  /** The content at each call. */
  readonly contents: string[];
  /** Waits until the file was told to have this content. */
  readonly told: (content: string) => Promise<void>;
}

function watchIn(t: TestContext, name: string, prepare: (folder: string) => void, lookIntervalMs?: number): Watched {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-watch-'));
  prepare(folder);
  const path = join(folder, name);
  const contents: string[] = [];
  let look = (): void => {};
  const onChange = (): void => {
    contents.push(readFileSync(path, 'utf8'));
    look();
  };
  const file = new WatchedFile(path, onChange, lookIntervalMs === undefined ? {} : { lookIntervalMs });
  // The interval of the file holds up nothing, so something here must.
  const alive = setInterval(() => {}, 1000);
  t.after(() => {
    clearInterval(alive);
    file.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const told = (content: string): Promise<void> =>
    new Promise((resolve) => {
      look = () => {
        if (contents.at(-1) === content) resolve();
      };
      look();
    });
  return { folder, contents, told };
}

const plain = (folder: string): void => writeFileSync(join(folder, 'lab.yaml'), 'one');

test('a file that is written over, replaced, or removed and made again', async (t) => {
  const { folder, contents, told } = watchIn(t, 'lab.yaml', plain);
  const path = join(folder, 'lab.yaml');
  writeFileSync(path, 'two');
  await told('two');
  writeFileSync(join(folder, '.lab.yaml.swp'), 'three');
  renameSync(join(folder, '.lab.yaml.swp'), path);
  await told('three');
  unlinkSync(path);
  writeFileSync(path, 'four');
  await told('four');
  assert.deepEqual(contents, ['two', 'three', 'four']);
});

test('several steps in quick succession are one change, and other files are none', async (t) => {
  const { folder, contents, told } = watchIn(t, 'lab.yaml', plain);
  writeFileSync(join(folder, 'other.yaml'), 'x');
  for (const text of ['', 'tw', 'two']) writeFileSync(join(folder, 'lab.yaml'), text);
  await told('two');
  assert.deepEqual(contents, ['two']);
});

test('a link whose target is saved elsewhere, and the links of a ConfigMap', async (t) => {
  const { folder, told } = watchIn(t, 'lab.yaml', (at) => {
    for (const version of ['v1', 'v2']) {
      mkdirSync(join(at, version));
      writeFileSync(join(at, version, 'lab.yaml'), version);
    }
    symlinkSync('v1', join(at, '..data'));
    symlinkSync('..data/lab.yaml', join(at, 'lab.yaml'));
  });
  writeFileSync(join(folder, 'v1', 'lab.yaml'), 'changed');
  await told('changed');
  symlinkSync('v2', join(folder, '..new'));
  renameSync(join(folder, '..new'), join(folder, '..data'));
  await told('v2');
  writeFileSync(join(folder, 'v2', 'lab.yaml'), 'again');
  await told('again');
});

test('a folder that is removed and made again is found by looking', async (t) => {
  const { folder, told } = watchIn(
    t,
    'inner/lab.yaml',
    (at) => {
      mkdirSync(join(at, 'inner'));
      writeFileSync(join(at, 'inner/lab.yaml'), 'one');
    },
    50,
  );
  renameSync(join(folder, 'inner'), join(folder, 'outer'));
  mkdirSync(join(folder, 'inner'));
  writeFileSync(join(folder, 'inner/lab.yaml'), 'two');
  await told('two');
});
