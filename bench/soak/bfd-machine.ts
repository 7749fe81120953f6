// A machine that is a network namespace: one interface, reached like that of a QEMU machine through a listening TCP port
// (tap-port.c), and BIRD, which keeps a BFD session (RFC 5880) with the machine at the other end. What became of the session
// is read from the daemon's own log.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { NetworkNamespace } from '../../test/support/network-namespace.ts';
import { compileProgram, projectRoot } from '../machine.ts';

/** Transmit and receive interval of the session; three missed make it go down. */
export const INTERVAL_MS = 50;
/** Detection multiplier of the session. */
export const MULTIPLIER = 3;

const TAP = 'tap0';
const UP_MS = 60_000;
const WORDS_KEPT = 2000;

/** A change of the session's state, as BIRD logs it. */
export interface SessionChange {
  readonly time: string;
  readonly from: string;
  readonly to: string;
}

/** Where BIRD is, made by scripts/install-soak-tools. */
export function birdBinary(): string {
  return join(projectRoot(), '.cache', 'soak', 'bird', 'usr', 'sbin', 'bird');
}

/** One end of the session. */
export class BfdMachine {
  /** The TCP port of the interface. */
  readonly port: number;
  readonly changes: SessionChange[] = [];
  readonly #children: ChildProcess[];
  readonly #cleanUps: (() => Promise<void>)[];
  #onChange = (): void => {};

  private constructor(port: number, children: ChildProcess[], cleanUps: (() => Promise<void>)[]) {
    this.port = port;
    this.#children = children;
    this.#cleanUps = cleanUps;
  }

  /** Starts machine 1 or 2. */
  static async start(number: 1 | 2): Promise<BfdMachine> {
    if (!existsSync(birdBinary())) throw new Error(`"${birdBinary()}" does not exist: run scripts/install-soak-tools`);
    const cleanUps: (() => Promise<void>)[] = [];
    const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-soak-'));
    cleanUps.push(async () => rmSync(folder, { recursive: true, force: true }));
    const namespace = await NetworkNamespace.open({ after: (cleanUp) => cleanUps.push(cleanUp) });
    const tap = spawn(compileProgram('tap-port'), [namespace.path, TAP], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = (await Promise.race([
      once(createInterface({ input: tap.stdout }), 'line'),
      once(tap, 'exit').then(() => ['']),
    ])) as [string];
    if (line === '') throw new Error('Cannot make a TAP interface: this needs root and /dev/net/tun');
    await namespace.ip('address', 'add', `${addressOf(number)}/24`, 'dev', TAP);
    await namespace.ip('link', 'set', TAP, 'up');
    const configuration = join(folder, 'bird.conf');
    writeFileSync(configuration, birdConfiguration(number));
    // The parent's death is the daemon's death, even if the parent could not say goodbye (prctl(2), PR_SET_PDEATHSIG).
    const inside = ['--pdeathsig', 'KILL', 'nsenter', `--net=${namespace.path}`, birdBinary()];
    const bird = spawn('setpriv', [...inside, '-f', '-c', configuration, '-s', join(folder, 'control')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const machine = new BfdMachine(Number(line), [bird, tap], cleanUps);
    machine.#follow(bird);
    return machine;
  }

  /** Whether the session is up, as the daemon last said. */
  get isUp(): boolean {
    return this.changes.at(-1)?.to === 'Up';
  }

  /** How often the session has gone down so far. */
  get flaps(): number {
    return this.changes.filter(({ from }) => from === 'Up').length;
  }

  /** Resolves when the session is up. */
  async up(): Promise<void> {
    if (this.isUp) return;
    await new Promise<void>((resolve, reject) => {
      const giveUp = setTimeout(() => reject(new Error(`No BFD session within ${UP_MS / 1000} s`)), UP_MS);
      this.#onChange = () => {
        if (!this.isUp) return;
        clearTimeout(giveUp);
        resolve();
      };
    });
  }

  /** Ends it, and with it the namespace. */
  async stop(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    for (const cleanUp of this.#cleanUps.reverse()) await cleanUp();
  }

  #follow(bird: ChildProcess): void {
    let words = '';
    createInterface({ input: bird.stderr! }).on('line', (line) => {
      const found = /^(\S+ \S+) .* changed state from (\w+) to (\w+)$/.exec(line);
      if (found !== null) {
        const [, time, from, to] = found as unknown as [string, string, string, string];
        this.changes.push({ time, from, to });
        this.#onChange();
      } else words = `${words}${line}\n`.slice(-WORDS_KEPT);
    });
    bird.once('exit', (code) => {
      if (code !== 0 && code !== null) process.stderr.write(`BIRD ended with code ${code}: ${words}`);
    });
  }
}

function addressOf(number: 1 | 2): string {
  // RFC 2544: addresses for tests.
  return `198.18.0.${number}`;
}

function birdConfiguration(number: 1 | 2): string {
  const other = number === 1 ? 2 : 1;
  return [
    'log stderr all;',
    'timeformat log iso long ms;',
    `router id ${addressOf(number)};`,
    'protocol device { }',
    'protocol bfd {',
    '  debug { states, events };',
    `  interface "${TAP}" {`,
    ...['rx', 'tx'].map((way) => `    min ${way} interval ${INTERVAL_MS} ms;`),
    `    idle tx interval ${INTERVAL_MS} ms;`,
    `    multiplier ${MULTIPLIER};`,
    '  };',
    `  neighbor ${addressOf(other)} dev "${TAP}" local ${addressOf(number)};`,
    '}',
    '',
  ].join('\n');
}
