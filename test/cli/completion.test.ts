// Completion scripts, read by the shells themselves, with names that a running bridge knows.
import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { commandFile } from '../support/bridge.ts';
import { runCommand } from '../support/command.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { Terminal } from '../support/terminal.ts';

const LAB = `links:
  - {name: west, endpoints: ["unix:/nowhere/1", "unix:/nowhere/2"]}
  - {name: "my east", endpoints: ["unix:/nowhere/3", "unix:/nowhere/4"]}
switches:
  core: ["unix:/nowhere/5", "unix:/nowhere/6"]
`;

/** A bridge, and the command under its name on the path. */
async function startNamed(t: TestContext): Promise<Lab> {
  const lab = await startLab(t, LAB);
  symlinkSync(commandFile(), join(lab.folder, 'tcpbridge'));
  lab.env.PATH = `${lab.folder}:${process.env.PATH}`;
  return lab;
}

test('bash completes commands, options, values, and names with spaces and colons', async (t) => {
  const lab = await startNamed(t);
  const script = join(lab.folder, 'try.bash');
  // What readline does with a line: it knows the words, and takes what COMPREPLY holds.
  writeFileSync(
    script,
    `set -u
source <(tcpbridge completion bash)
compopt() { :; }
COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
while IFS= read -r COMP_LINE; do
  COMP_POINT=\${#COMP_LINE} COMPREPLY=()
  _tcpbridge
  printf '[%s]\\n' "$(IFS=,; echo "\${COMPREPLY[*]}")"
done
`,
  );
  const lines: [line: string, completions: string][] = [
    ['tcpbridge st', 'status,stop'],
    ['tcpbridge link re', 'remove,rewire'],
    ['tcpbridge link show ', 'west,my\\ east,core'],
    ['tcpbridge mac ', 'flush,core'],
    ['tcpbridge mac flush ', 'core'],
    ['tcpbridge mac core --v', '--vlan'],
    ['tcpbridge link port ', 'core'],
    ['tcpbridge link port core unix:/nowhere/5 --iso', '--isolated'],
    ['tcpbridge link rm west m', 'my\\ east'],
    ['tcpbridge link rewire west ', 'a,b'],
    ['tcpbridge link rewire west a unix:/nowhere/4', '/nowhere/4'],
    ['tcpbridge impair we', 'west'],
    ['tcpbridge impair res', 'reset'],
    ['tcpbridge impair reset m', 'my\\ east'],
    ['tcpbridge impair west --preset trans', 'transatlantic,transpacific'],
    ['tcpbridge impair west --loss-g', '--loss-gemodel'],
    ['tcpbridge links --out', '--output'],
    ['tcpbridge links -o ', 'table,wide,json,yaml,csv,name'],
    ['tcpbridge ls --output=j', 'json'],
    ['tcpbridge link --nothing', ''],
    [`tcpbridge apply -t ${lab.folder}/l`, `${lab.folder}/lab.yaml`],
    ['tcpbridge link show --control /no/socket ', ''],
    ['tcpbridge --p2p ', ''],
    ['tcpbridge --p2p a/1--b/1 --raw-l', '--raw-listen'],
    ['tcpbridge events --type detac', 'detached'],
  ];
  const input = `${lines.map(([line]) => line).join('\n')}\n`;
  const text = await runCommand('bash', ['-c', 'exec bash "$0" <<<"$1"', script, input.trimEnd()], { env: lab.env });
  assert.deepEqual(
    text.split('\n'),
    lines.map(([, completions]) => `[${completions}]`),
  );
});

test('fish completes commands, options, values and names', async (t) => {
  const lab = await startNamed(t);
  const ask = async (line: string) => {
    const commands = `tcpbridge completion fish | source; complete -C ${JSON.stringify(line)}`;
    const text = await runCommand('fish', ['--no-config', '-c', commands], { env: { ...lab.env, HOME: lab.folder } });
    return text.split('\n').map((found) => found.split('\t')[0]);
  };
  assert.deepEqual(await ask('tcpbridge link re'), ['remove', 'rewire']);
  assert.deepEqual(await ask('tcpbridge link show w'), ['west']);
  assert.deepEqual(await ask('tcpbridge impair we'), ['west']);
  assert.deepEqual(await ask('tcpbridge impair west --preset transp'), ['transpacific']);
  assert.deepEqual(await ask('tcpbridge mac c'), ['core']);
  assert.deepEqual(await ask('tcpbridge mac fl'), ['flush']);
  assert.deepEqual(await ask('tcpbridge mac flush c'), ['core']);
  assert.deepEqual(await ask('tcpbridge links --out'), ['--output']);
  assert.deepEqual(await ask('tcpbridge links -o j'), ['json']);
});

test('zsh completes commands, options, values and names', async (t) => {
  const lab = await startNamed(t);
  const env = { TCPBRIDGE_CONTROL: lab.socketPath, HOME: lab.folder, TERM: 'dumb' };
  const terminal = await Terminal.open(t, 'zsh -f', { env });
  // The start-up files of the system choose a path of their own.
  const setUp = `PATH=${lab.folder}:$PATH; PS1='ready> '; autoload -U compinit; compinit -u -d ${lab.folder}/dump`;
  await terminal.type(setUp, 'Enter');
  await terminal.type('source <(tcpbridge completion zsh); print do""ne', 'Enter');
  await terminal.shows(/\ndone/);
  for (const [typed, shown] of [
    ['tcpbridge val', /tcpbridge validate/],
    ['tcpbridge link show w', /tcpbridge link show west/],
    ['tcpbridge link show m', /tcpbridge link show my\\ east/],
    ['tcpbridge impair we', /tcpbridge impair west/],
    ['tcpbridge impair west my', /tcpbridge impair west my\\ east/],
    ['tcpbridge impair west --loss-g', /tcpbridge impair west --loss-gemodel/],
    ['tcpbridge mac co', /tcpbridge mac core/],
    ['tcpbridge mac flush co', /tcpbridge mac flush core/],
    ['tcpbridge mac core --vl', /tcpbridge mac core --vlan/],
    ['tcpbridge links --out', /tcpbridge links --output/],
    ['tcpbridge links -o js', /tcpbridge links -o json/],
  ] as const) {
    await terminal.type(typed, 'Tab');
    await terminal.shows(shown);
    await terminal.type('C-u');
  }
});

test('names are quick to come, and nothing is said without a bridge', async (t) => {
  const lab = await startNamed(t);
  assert.equal((await lab.type('__complete', 'links')).stdout, 'west\nmy east\ncore\n');
  assert.equal((await lab.type('__complete', 'switches')).stdout, 'core\n');
  const endpoints = await lab.type('__complete', 'endpoints', 'tcpbridge', 'link');
  assert.equal(endpoints.stdout, Array.from({ length: 6 }, (_, index) => `unix:/nowhere/${index + 1}\n`).join(''));
  const none = await lab.type('__complete', 'links', 'tcpbridge', 'links', '--control', '/no/socket');
  assert.deepEqual(none, { code: 0, stdout: '', stderr: '' });
});
