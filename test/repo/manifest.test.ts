// package.json: what is installed with the product, how exactly, and that the lock file agrees.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import {
  assertNone,
  importsOf,
  isProduct,
  packageOf,
  ROOT,
  readText,
  sourceFiles,
  trackedFiles,
} from '../support/repository.ts';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

interface LockedPackage {
  readonly resolved?: string;
  readonly bin?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, Partial<Manifest> & LockedPackage>>;
}

const manifest: Manifest = JSON.parse(readText('package.json'));
const lock: Lock = JSON.parse(readText('package-lock.json'));

test('koffi is the only package that is installed with tcpbridge', () => {
  assert.deepEqual(Object.keys(manifest.dependencies), ['koffi']);
});

test('every version is exact', () => {
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  const inexact = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  assertNone(inexact.map(([name, version]) => `${name} ${version}`));
});

test('the lock file is that of package.json and names no registry', () => {
  const { dependencies, devDependencies } = lock.packages['']!;
  assert.deepEqual(
    { dependencies, devDependencies },
    { dependencies: manifest.dependencies, devDependencies: manifest.devDependencies },
  );
  const elsewhere = Object.values(lock.packages).flatMap(({ resolved }) => resolved ?? []);
  assertNone(elsewhere.filter((url) => !url.startsWith('https://registry.npmjs.org/')));
});

test('every package that the product imports is declared', () => {
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const undeclared = sourceFiles()
    .filter(isProduct)
    .flatMap((file) =>
      importsOf(file)
        .filter((wanted) => wanted.file === undefined && !wanted.specifier.startsWith('node:'))
        .filter(({ specifier }) => !declared.includes(packageOf(specifier)))
        .map(({ specifier }) => `${file} imports "${specifier}"`),
    );
  assertNone(undeclared);
});

test('every declared package is imported, or one of its commands is run', () => {
  const programs = trackedFiles().filter((file) => /\.(ts|tsx|mjs)$|^tsconfig.*\.json$/.test(file));
  const text = programs.map(readText).join('\n');
  const commands = Object.values(manifest.scripts).join('\n') + readText('Makefile') + text;
  const unused = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((name) => {
    const imported = new RegExp(`['"]${name.replace(/^@types\//, '')}['"/]`);
    const bins = Object.keys(lock.packages[`node_modules/${name}`]?.bin ?? {});
    return !imported.test(text) && !bins.some((bin) => new RegExp(`(^|[\\s'"/])${bin}(['"\\s]|$)`, 'm').test(commands));
  });
  assertNone(unused);
});

test('THIRD_PARTY_NOTICES has the licences of what is in the bundle', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/notices.mjs', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
});
