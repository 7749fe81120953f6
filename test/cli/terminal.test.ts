// "tcpbridge top" and tables in a real terminal: what is on the screen, keys, sizes, and that the terminal is left as it
// was found, however the program ends.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { commandFile } from '../support/bridge.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { Terminal } from '../support/terminal.ts';

const LINKS = Array.from({ length: 30 }, (_, index) => index + 1);
const LAB = `name: lab
links:
${LINKS.map((n) => `  - {name: link${n}, endpoints: ["unix:/nowhere/${n}a", "unix:/nowhere/${n}b"]}`).join('\n')}
`;
const PROMPT = 'ready>';

async function openShell(t: TestContext): Promise<{ lab: Lab; terminal: Terminal }> {
  const lab = await startLab(t, LAB);
  const env = { TCPBRIDGE_CONTROL: lab.socketPath, PS1: `${PROMPT} `, COMMAND: `${process.execPath} ${commandFile()}` };
  const terminal = await Terminal.open(t, 'bash --norc', { env });
  await terminal.type(`PS1='${PROMPT} '; clear`, 'Enter');
  await terminal.shows(new RegExp(`^${PROMPT}`));
  return { lab, terminal };
}

/** The terminal is as it was before: the shell's own screen, the cursor, and echo. */
async function isRestored(terminal: Terminal, exit: RegExp): Promise<void> {
  // Keys that are typed before the shell reads again would go to the program.
  await terminal.shows(new RegExp(`${PROMPT}\\s*$`));
  await terminal.type('echo "rc=$?"', 'Enter');
  await terminal.shows(exit);
  assert.deepEqual(await terminal.modes(), { isAlternate: false, hasCursor: true });
}

test('top shows a table, sorts, scrolls, follows the size, and leaves on q', async (t) => {
  const { terminal } = await openShell(t);
  await terminal.type('$COMMAND top -i 200ms', 'Enter');
  const screen = await terminal.shows(/q quit/);
  assert.deepEqual(await terminal.modes(), { isAlternate: true, hasCursor: false });
  const lines = screen.split('\n');
  assert.match(lines[0]!, /^tcpbridge \S+, lab, up .*: 30 links, 0 hubs, 60 of 60 endpoints waiting$/);
  assert.match(lines[1]!, /^0 bit\/s, 0 frames\/s, 0 drops\/s$/);
  assert.match(lines[3]!, /^LINK +STATE +vA SENDS +(B SENDS +)?FRAMES\/S/);
  assert.match(lines[4]!, /^link1 +waiting +0 bit\/s/);
  assert.match(screen, /\n1-15 of 30 {2}q quit/);
  await terminal.type('v');
  await terminal.shows(/\nlink30 +waiting/);
  await terminal.type('v', 'n');
  await terminal.shows(/\nvLINK .*\nlink1 /);
  await terminal.type('NPage');
  await terminal.shows(/\n16-30 of 30 {2}/);
  await terminal.resize(60, 10);
  const small = await terminal.shows(/\n26-30 of 30 |\n16-20 of 30 /);
  for (const line of small.split('\n')) assert.ok(line.length <= 60, line);
  await terminal.type('q');
  await isRestored(terminal, /rc=0/);
});

test('top leaves the terminal as it was on Ctrl-C, on SIGTERM and in the background', async (t) => {
  const { terminal } = await openShell(t);
  await terminal.type('$COMMAND top', 'Enter');
  await terminal.shows(/q quit/);
  await terminal.type('C-c');
  await isRestored(terminal, /rc=130/);
  await terminal.type('clear; $COMMAND top', 'Enter');
  await terminal.shows(/q quit/);
  await terminal.type('C-z');
  await terminal.shows(/Stopped/);
  assert.deepEqual(await terminal.modes(), { isAlternate: false, hasCursor: true });
  await terminal.type('fg', 'Enter');
  await terminal.shows(/q quit/);
  assert.deepEqual(await terminal.modes(), { isAlternate: true, hasCursor: false });
  await terminal.type('C-z');
  await terminal.shows(/Stopped[\s\S]*Stopped/);
  // On one line: the prompt is on the screen already, and what is typed behind it might go to the program.
  await terminal.type('kill %1; fg; echo "rc=$?"', 'Enter');
  await terminal.shows(/rc=143/);
  assert.deepEqual(await terminal.modes(), { isAlternate: false, hasCursor: true });
});

test('top says so when the bridge ends, with the terminal as it was', async (t) => {
  const { lab, terminal } = await openShell(t);
  await terminal.type('$COMMAND top -i 200ms', 'Enter');
  await terminal.shows(/q quit/);
  await lab.bridge.finish();
  await terminal.shows(/Cannot reach a running tcpbridge/);
  await isRestored(terminal, /rc=3/);
});

test('tables have colours in a terminal, unless nobody wants them', async (t) => {
  const { terminal } = await openShell(t);
  const commands = [
    ['$COMMAND links', true],
    ['$COMMAND links --no-color', false],
    ['NO_COLOR=1 $COMMAND links', false],
    ['$COMMAND links | cat', false],
  ] as const;
  for (const [index, [command, isColoured]] of commands.entries()) {
    // A terminal in the terminal, whose colours cat(1) makes visible. The last line is not as typed, so it tells that
    // the command has run, and the screen is not the one before.
    const line = `script -qec '${command}' /dev/null | cat -v | tail -n 1; echo "done:$((${index}))"`;
    await terminal.type(`clear; ${line}`, 'Enter');
    const screen = await terminal.shows(new RegExp(`^done:${index}$`, 'm'));
    assert.match(screen, /link30 +link +\S*waiting/);
    assert.equal(screen.includes('^[[33mwaiting'), isColoured, command);
  }
});

test('--watch draws on a clean screen each time', async (t) => {
  const { lab, terminal } = await openShell(t);
  await terminal.type('$COMMAND links --state down -w 200ms', 'Enter');
  await terminal.shows(/^LINK +KIND/);
  await lab.type('link', 'down', 'link7');
  const screen = await terminal.shows(/^LINK.*\nlink7 +link +down/);
  assert.equal(screen.match(/LINK/g)?.length, 1);
  await terminal.type('C-c');
  await isRestored(terminal, /rc=130/);
});
