// The tree of sub-commands as a whole: help, mistakes, variables. No bridge runs here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from 'commander';
import { allCommands, commandWords } from './completion/words.ts';
import { fullHelp, makeProgram, runProgram } from './program.ts';
import type { World } from './world.ts';

interface Written {
  readonly code: number;
  readonly out: string;
  readonly note: string;
}

function makeWorld(env: Record<string, string> = {}): World & { written: { out: string; note: string } } {
  const written = { out: '', note: '' };
  return {
    ...{ env, isTerminal: false, hasColour: false, columns: 100, rows: 24, exitCode: 0, written },
    out: (text) => {
      written.out += text;
    },
    note: (text) => {
      written.note += text;
    },
  };
}

async function type(...argv: string[]): Promise<Written> {
  const world = makeWorld();
  const code = await runProgram(argv, world);
  return { code, ...world.written };
}

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

test('help shows both command lines', () => {
  const help = fullHelp(makeWorld());
  for (const part of ['tcpbridge COMMAND', '--p2p LINK', '--hub vr1/3 vr2/3 vr3/3', 'completion']) {
    assert.ok(help.includes(part), part);
  }
});

test('every command and option has a description, and every value a name in capitals', () => {
  for (const command of commandsOf(makeProgram(makeWorld()))) {
    const path = command.name();
    assert.notEqual(command.description(), '', path);
    for (const option of command.options) {
      if (!option.hidden) assert.match(option.description, /^[a-z]/, `${path} ${option.flags}`);
      assert.doesNotMatch(option.flags, /[<[][^A-Z]/, `${path} ${option.flags}`);
    }
    for (const place of command.registeredArguments) assert.match(place.name(), /^[A-Z]+$/, path);
  }
});

test('every option has a variable of its own; those for the bridge are the same everywhere', () => {
  const variables = commandsOf(makeProgram(makeWorld())).flatMap((command) =>
    command.options.flatMap(({ envVar = [] }) => envVar),
  );
  for (const name of ['TCPBRIDGE_RUN_WATCH', 'TCPBRIDGE_LINK_ADD_DRY_RUN', 'TCPBRIDGE_LINKS_OUTPUT']) {
    assert.equal(variables.filter((variable) => variable === name).length, 1, name);
  }
  assert.ok(variables.filter((variable) => variable === 'TCPBRIDGE_CONTROL').length > 10);
});

test('help goes to standard output with code 0, for commands below others too', async () => {
  for (const argv of [['help'], ['links', '--help'], ['link', 'add', '-h'], ['help', 'run']]) {
    const { code, out, note } = await type(...argv);
    assert.deepEqual({ code, note }, { code: 0, note: '' }, argv.join(' '));
    assert.match(out, /^Usage: tcpbridge/);
  }
});

const MISTAKES: readonly [argv: string[], message: RegExp][] = [
  [['lnks'], /^tcpbridge: error: Unknown command "lnks"; perhaps you mean "links"\n$/],
  [['a/1--b/1'], /; links are written with "--p2p a\/1--b\/1"\n$/],
  [['links', '--otput', 'json'], /Unknown option "--otput"; perhaps you mean "--output"/],
  [['links', '-o', 'xml'], /"xml" is invalid\. Allowed choices are table, wide, json/],
  [['link', 'remov', 'x'], /Unknown command "remov"; perhaps you mean "remove"/],
  [['link', 'rewire', 'west', 'c', 'vr1/1'], /"c" is invalid/],
  [['link', 'rewire', 'west'], /Missing required argument "END"/],
  [['link', 'add', 'west', 'vr1/1'], /Cannot use "west vr1\/1": write NAME and two endpoints/],
  [['link', 'add', 'vr1--vr2/1'], /Endpoint "vr1" names no interface/],
  [['link', 'add', 'x', 'vr1/1', 'vr2/1', '--label', 'y'], /Cannot use "y": write NAME=VALUE/],
  [['apply'], /Required option "-t, --topology <FILE>" not specified/],
  [['apply', '-t', '/no/such/file', '--control', '/no/socket'], /Cannot read "\/no\/such\/file"/],
  [['run', '--watch'], /Cannot use "--watch": write also -t FILE/],
  [['run', '--workers', '0'], /Cannot use "0": write a number from 1 to 64/],
  [['run', '--control', 'http://localhost:1'], /--listen is for HTTP/],
  [['run', '--shard', '3/2'], /Cannot read shard "3\/2"/],
  [['status', '--control', 'https://localhost:1'], /Cannot use "https:\/\/localhost:1": write the path/],
  [['status', '--control', 'http://localhost:1'], /write also --token-file FILE/],
  [['links', '--watch', 'often'], /Cannot read duration "often"/],
  [['events', '--since', '2026-31-01'], /Cannot read time "2026-31-01"/],
  [['events', '--count', '0'], /Cannot use "0": write a number from 1/],
  [['completion', 'tcsh'], /"tcsh" is invalid/],
  [['validate', '/no/such/file'], /^$/],
];

for (const [argv, message] of MISTAKES) {
  test(`"${argv.join(' ')}" is refused with code 2`, async () => {
    const { code, note } = await type(...argv);
    assert.match(note, message);
    assert.equal(code, 2);
  });
}

test('a bridge that is not there is code 3', async () => {
  for (const argv of [['status'], ['links'], ['stop'], ['top', '--count', '1'], ['events'], ['graph']]) {
    const { code, out, note } = await type(...argv, '--control', '/no/such/socket');
    assert.deepEqual({ code, out }, { code: 3, out: '' }, argv.join(' '));
    assert.match(note, /Cannot reach a running tcpbridge at "\/no\/such\/socket": there is no such socket/);
  }
});

test('completion knows every command, and what each place can hold', () => {
  const words = allCommands(commandWords(makeProgram(makeWorld()), { eventTypes: ['attached', 'missed'] }));
  const find = (path: string) => words.find((command) => command.path.join(' ') === path)!;
  assert.deepEqual(
    find('link rewire').places.map(({ kind }) => kind),
    ['links', 'words', 'endpoints'],
  );
  assert.equal(find('apply').options.find(({ long }) => long === '--topology')?.value?.kind, 'files');
  assert.ok(find('link remove').isVariadic);
  const types = find('events').options.find(({ long }) => long === '--type')?.value;
  assert.deepEqual(types, { kind: 'words', words: ['attached', 'missed'] });
  assert.deepEqual(find('link remove').aliases, ['rm']);
});
