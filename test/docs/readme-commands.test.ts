// Every command that a page shows can be typed: each line of each ```sh block is checked by the program that reads it, as
// far as that goes without running it. A command that is not in the tables below is an error, so that none goes unchecked.
import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { test } from 'node:test';
import { type Command, CommanderError } from 'commander';
import { type CompatContext, parseCompat } from '../../src/cli/compat.ts';
import { makeProgram } from '../../src/cli/program.ts';
import { processWorld } from '../../src/cli/world.ts';
import { assertNone, isFile, ROOT, readText, trackedFiles } from '../support/repository.ts';
import { fencedBlocks, type ShellCommand, shellCommands } from '../support/shell-blocks.ts';

/** Says what is wrong with the arguments of a command, if anything is. */
type Check = (args: readonly string[]) => string | undefined;

const WORLD: CompatContext = { env: {}, hostname: 'tcpbridge-0', columns: 80 };

const SILENT = { ...processWorld(), out: () => {}, note: () => {} };

// A command line that begins with an option is the ancestor's.
const SUB_COMMANDS = new Set(makeProgram(SILENT).commands.flatMap((command) => [command.name(), ...command.aliases()]));

const COMMANDS: Readonly<Record<string, Check>> = {
  tcpbridge: checkTcpbridge,
  docker: (args) => {
    if (args[0] !== 'run') return undefined;
    // The last word of that name: those before it name the container.
    const image = args.findLastIndex((word) => /(^|\/)tcpbridge(:[\w.-]+)?$/.test(word));
    return image < 0 ? undefined : checkTcpbridge(args.slice(image + 1));
  },
  make: (args) => {
    const goals = args.filter((word) => !/^-|=/.test(word));
    const missing = goals.filter((goal) => !TARGETS.has(goal));
    return missing.length > 0 ? `No target "${missing.join(' ')}" in the Makefile` : undefined;
  },
  node: (args) => {
    const program = args.find((word) => !word.startsWith('-'));
    return program === undefined || isProgram(program) ? undefined : `No source of "${program}"`;
  },
  npm: (args) => {
    const [command, script = ''] = args.filter((word) => !word.startsWith('-'));
    if (command === 'test') return undefined;
    return command === 'run' && !(script in SCRIPTS) ? `No script "${script}" in package.json` : undefined;
  },
  sudo: (args) => checkWords(args),
};

// Not ours, so not checked further.
const FOREIGN = new Set([
  ...[
    'apt-get',
    'cat',
    'cd',
    'cp',
    'curl',
    'docker-compose',
    'echo',
    'export',
    'git',
    'ip',
    'jq',
    'kill',
    'kubectl',
    'ls',
  ],
  ...[
    'mkdir',
    'nc',
    'npx',
    'openssl',
    'ping',
    'python3',
    'qemu-system-x86_64',
    'sleep',
    'ssh',
    'systemctl',
    'tail',
    'tshark',
    'umask',
    'wireshark',
  ],
]);

const OUR_FOLDERS = /^(?:\.\/)?((?:\.ci|bench|build|demo|dist|docs|examples|scripts|src|test)\/[\w./-]+)$/;

const TARGETS = new Set(
  ['Makefile', 'docker.mk'].flatMap((file) =>
    [...readText(file).matchAll(/^([a-z][\w-]*):(?!=)/gm)].map(([, name]) => name!),
  ),
);
const SCRIPTS: Readonly<Record<string, string>> = JSON.parse(readText('package.json')).scripts;

const pages = trackedFiles().filter((file) => file.endsWith('.md'));

test('every command of every page can be typed', () => {
  const wrong = pages.flatMap((page) =>
    fencedBlocks(readText(page))
      .filter(({ language }) => language === 'sh')
      .flatMap(({ text, line }) => shellCommands(text, line))
      .map((command) => [command, check(command)] as const)
      .flatMap(([{ line, words }, fault]) =>
        fault === undefined ? [] : `${page}:${line}: ${words.join(' ')}: ${fault}`,
      ),
  );
  assertNone(wrong);
});

test('what is to be typed stands in blocks called "sh"', () => {
  const others = pages.flatMap((page) =>
    fencedBlocks(readText(page))
      .filter(({ language }) => /^(bash|shell|console|shell-session|zsh)$/.test(language))
      .map(({ line, language }) => `${page}:${line}: ${language}`),
  );
  assertNone(others);
});

test('the check of commands refuses what cannot be typed', () => {
  const wrong = [
    'tcpbridge --p2p vr1/1-vr2/1',
    'tcpbridge --p2p vr1/1--vr2/1 --no-such-option',
    'docker run -d --name tcpbridge --link vr1 tcpbridge --p2p vr1/1',
    'docker run --rm registry.example.com:1234/tcpbridge:1.0 --hub vr1/1',
    'REGISTRY=x/ make no-such-target',
    'node build/bench/no-such-file.js',
    'npm run no-such-script',
    'scripts/no-such-script',
    'tcpbridge link add --no-such-option',
    'tcpbridge link no-such-command',
    'tcpbridge links -o xml',
    'tcpbridge apply',
    'kubectl apply -f examples/no-such-file.yaml',
    'git clone x && no-such-command',
  ];
  for (const line of wrong)
    assert.ok(
      shellCommands(line).some((command) => check(command) !== undefined),
      line,
    );
  const right = [
    'docker run -d --name tcpbridge --link vr1 --link vr2 tcpbridge --p2p vr1/1--vr2/1 vr1/2--vr3/1',
    'REGISTRY=registry.example.com:1234/ make docker-push',
    'tcpbridge --hub vr1/3 vr2/3 \\\n  vr3/3 --stats 10s # every ten seconds',
    'tcpbridge link rewire vr1/1--vr2/1 b vr3/1',
    'tcpbridge run -t lab.yaml --watch &',
    "tcpbridge --p2p 'vr1/1--vr2/1' 2> log & # in the background",
    'node build/bench/run.js --quick | tail -n 3',
    "cat > lab.yaml <<'EOF'\nlinks: [a, b]\nEOF\ngit status",
  ];
  for (const line of right)
    assert.deepEqual(
      shellCommands(line)
        .map(check)
        .filter((fault) => fault !== undefined),
      [],
      line,
    );
});

function checkTcpbridge(args: readonly string[]): string | undefined {
  if (SUB_COMMANDS.has(args[0] ?? '')) return checkSubCommand(args);
  const result = parseCompat(args, WORLD);
  return result.kind === 'exit' && result.code !== 0 ? result.stderr.trim().split('\n').at(-1) : undefined;
}

/** Reads a command line as far as commander does, without doing what it says. */
function checkSubCommand(args: readonly string[]): string | undefined {
  const program = makeProgram(SILENT);
  const disarm = (command: Command): void => {
    // Also one that does something without the name of a command below it.
    if (command.commands.length === 0 || command.registeredArguments.length > 0) command.action(() => {});
    command.commands.forEach(disarm);
  };
  disarm(program);
  try {
    program.parse([...args], { from: 'user' });
    return undefined;
  } catch (error) {
    return error instanceof CommanderError && error.exitCode === 0 ? undefined : (error as Error).message;
  }
}

function check({ words }: ShellCommand): string | undefined {
  const missing = words
    .map((word) => OUR_FOLDERS.exec(word)?.[1])
    .find((path) => path !== undefined && !isProgram(path));
  return missing === undefined ? checkWords(words) : `No file "${missing}"`;
}

function checkWords([command, ...args]: readonly string[]): string | undefined {
  // Only assignments.
  if (command === undefined) return undefined;
  if (OUR_FOLDERS.test(command)) return isExecutable(command) ? undefined : `"${command}" is not executable`;
  const known = COMMANDS[command];
  if (known !== undefined) return known(args);
  return FOREIGN.has(command) ? undefined : `No way to check "${command}": add it to the tables of this test`;
}

/** Whether a file is there, or is made from one that is there. */
function isProgram(path: string): boolean {
  if (path.startsWith('build/')) return isFile(path.slice('build/'.length).replace(/\.js$/, '.ts'));
  if (path.startsWith('dist/')) return /^dist\/(bin|index|worker)\.js$/.test(path);
  return trackedFiles().some((file) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(ROOT + path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
