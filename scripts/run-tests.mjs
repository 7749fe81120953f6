// Runs the tests group by group, quick ones first, and goes on after a failure: what fails is listed at the end, in front
// of one summary over all groups, and the exit code is that of the whole.
//   run-tests.mjs                  every group, after installing what each needs
//   run-tests.mjs GROUP|FILE ...   only these: run-tests.mjs unit, run-tests.mjs test/qemu/restart.test.ts
// Files are found by their sources, so what an earlier compilation left in build/ does not run.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec as SpecReporter } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

// A folder of test/ that no group names is a group of its own, after those here that do not share a machine.
const GROUPS = [
  { name: 'unit', folders: ['src', 'bench', 'test/repo', 'test/docs'], isParallel: true },
  { name: 'compat', folders: ['test/compat'], setUp: ['scripts/install-test-tools'] },
  {
    name: 'tools',
    folders: ['test/tools'],
    setUp: ['scripts/install-test-tools', 'scripts/install-metrics-tools'],
  },
  { name: 'capture', folders: ['test/capture'], setUp: ['scripts/install-test-tools'] },
  { name: 'demo', folders: ['test/demo'] },
  { name: 'cli', folders: ['test/cli'], setUp: ['scripts/install-terminal-tools'] },
  { name: 'integration', folders: ['test/integration'] },
  { name: 'package', folders: ['test/package'] },
  { name: 'bench', folders: ['test/bench'], setUp: ['scripts/install-bench-tools'] },
  { name: 'qemu', folders: ['test/qemu'], setUp: ['scripts/install-qemu-tools', 'scripts/build-guest'] },
  { name: 'impair', folders: ['test/impair'], setUp: ['scripts/install-qemu-tools', 'scripts/build-guest'] },
  {
    name: 'transports',
    folders: ['test/transports'],
    setUp: ['scripts/install-network-tools', 'scripts/install-qemu-tools', 'scripts/build-guest'],
  },
  {
    name: 'routing',
    folders: ['test/routing'],
    setUp: ['scripts/install-qemu-tools', 'scripts/build-guest', 'scripts/build-routing-layer'],
  },
  {
    name: 'docker',
    folders: ['test/docker'],
    setUp: ['scripts/install-docker-tools', 'scripts/install-qemu-tools', 'scripts/build-guest'],
  },
];
const NO_TESTS = ['support'];
const FILE_TIMEOUT_MS = 15 * 60_000;
const TOTALS = ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo'];

const startedMs = performance.now();
const totals = Object.fromEntries(TOTALS.map((name) => [name, 0]));
const notices = [];
let summary;
const reporter = new SpecReporter();
reporter.pipe(process.stdout);

runStep('types', ['node_modules/.bin/tsc']);
runStep('format and lint rules', ['node_modules/.bin/biome', 'check', '.']);
for (const group of chooseGroups(process.argv.slice(2))) {
  write(`\n── ${group.name} ──`);
  for (const command of group.setUp ?? []) runStep(`set-up of ${group.name}`, [command]);
  await runFiles(group);
}
await finish();

/** The groups that the arguments name; a file is a group of one, with the set-up of the group it belongs to. */
function chooseGroups(names) {
  const all = allGroups();
  if (names.length === 0) return all;
  return names.map((name) => {
    const group = all.find((known) => known.name === name || known.files.includes(name));
    if (group === undefined) {
      console.error(
        `"${name}" is neither a group nor a test: choose from ${all.map((known) => known.name).join(', ')}`,
      );
      process.exit(2);
    }
    return group.name === name ? group : { ...group, name, files: [name] };
  });
}

function allGroups() {
  const named = GROUPS.flatMap(({ folders }) => folders);
  const others = readdirSync('test', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NO_TESTS.includes(entry.name) && !named.includes(`test/${entry.name}`))
    .map(({ name }) => ({ name, folders: [`test/${name}`] }));
  const position = GROUPS.findIndex(({ name }) => name === 'package');
  return GROUPS.toSpliced(position, 0, ...others)
    .map((group) => ({ ...group, files: group.folders.flatMap(findTests) }))
    .filter(({ files }) => files.length > 0);
}

function findTests(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((name) => /\.test\.tsx?$/.test(name))
    .sort();
}

/** A command that must succeed counts as a test. */
function runStep(what, [command, ...args]) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  totals.tests += 1;
  if (status === 0) {
    totals.pass += 1;
    return;
  }
  totals.fail += 1;
  notices.push(`✖ ${what}: "${[command, ...args].join(' ')}" failed${error ? ` (${error.message})` : ''}`);
  write(notices.at(-1));
}

async function runFiles({ files, isParallel }) {
  const compiled = files.map((file) => join('build', file.replace(/\.tsx?$/, '.js')));
  const concurrency = isParallel ? availableParallelism() : 1;
  for await (const event of run({ files: compiled, concurrency, timeout: FILE_TIMEOUT_MS })) {
    const [, name, count] = (isTotal(event) && /^(\w+) ([\d.]+)$/.exec(event.data.message)) || [];
    if (name in totals) totals[name] += Number(count);
    // The reporters of later Nodes list all failures so far when they see one of these: only the last may reach them.
    else if (event.type === 'test:summary' && event.data.file === undefined) summary = event;
    else if (name !== 'duration_ms') await new Promise((resolve) => reporter.write(event, resolve));
  }
}

/** What node's runner says of a whole run, where each test's own remarks stand too. */
function isTotal({ type, data }) {
  return type === 'test:diagnostic' && data.nesting === 0;
}

async function finish() {
  // What failed, then the summary in the words of node's own.
  await new Promise((resolve) => {
    reporter.on('end', resolve).end(summary);
  });
  for (const notice of notices) write(notice);
  write('');
  for (const name of TOTALS) write(`ℹ ${name} ${totals[name]}`);
  write(`ℹ duration_ms ${Math.round(performance.now() - startedMs)}`);
  process.exitCode = totals.fail + totals.cancelled === 0 && totals.tests > 0 ? 0 : 1;
}

function write(line) {
  process.stdout.write(`${line}\n`);
}
