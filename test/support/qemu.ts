// Real QEMU machines: boots the guest of scripts/build-guest under TCG (works everywhere; KVM may hang without a word) with
// the given -netdev arguments, and hands out its shell, its monitor and the signals that hurt it.
// QEMU dials both sockets, which exist before it starts: nothing is polled, and no output is lost.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDeadline } from './deadline.ts';
import { type CommandOptions, type CommandResult, GuestShell } from './guest-shell.ts';
import { Monitor } from './monitor.ts';

/** Who ends the machine if the caller does not: a test's context, or anything else with an end. */
export interface Scope {
  after(cleanUp: () => Promise<void>): void;
}

/** What a machine looks like. */
export interface GuestOptions {
  scope: Scope;
  /** Host name; the addresses of its NICs follow from it. */
  name: string;
  /** The -netdev arguments, with the ids p1, p2, and so on. */
  netdev: string[];
  /** Address and prefix length of eth0, or of each NIC in order. */
  ip?: string | string[];
  /** MTU of all NICs. */
  mtu?: number;
  /** More properties of all NICs, such as "speed=1000". */
  nicOptions?: string;
  /** Archives that are unpacked over the guest's own, see scripts/build-guest. */
  layers?: string[];
  memMb?: number;
  extraArgs?: string[];
  bootDeadlineMs?: number;
  /** What QEMU is run by, such as nsenter(1) with its arguments; it must become QEMU. */
  launcher?: readonly string[];
}

/** Kernel and initramfs, made by scripts/build-guest. */
export const GUEST_FOLDER = join('.cache', 'guest', 'current');

const BOOT_DEADLINE_MS = 120_000;
const END_DEADLINE_MS = 30_000;

/** Starts a machine and resolves once its shell takes commands. */
export async function startGuest(options: GuestOptions): Promise<Guest> {
  if (!existsSync(join(GUEST_FOLDER, 'vmlinuz'))) {
    throw new Error(`"${GUEST_FOLDER}" has no guest: run scripts/install-qemu-tools and scripts/build-guest first`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-guest-'));
  const [shellSocket, monitorSocket] = await Promise.all([
    listen(join(folder, 'shell')),
    listen(join(folder, 'monitor')),
  ]);
  const archives = [join(GUEST_FOLDER, 'initramfs.img'), ...(options.layers ?? [])];
  writeFileSync(join(folder, 'initrd'), Buffer.concat(archives.map((path) => readFileSync(path))));
  // The parent's death is the machine's death, even if the parent could not say goodbye (prctl(2), PR_SET_PDEATHSIG).
  const mortal = ['setpriv', '--pdeathsig', 'KILL', 'qemu-system-x86_64', ...qemuArguments(options, folder)];
  const [file, ...args] = [...(options.launcher ?? []), ...mortal];
  const child = spawn(file as string, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exited = once(child, 'exit').then(() => {
    shellSocket.close();
    monitorSocket.close();
  });
  const ended = exited.then(() => {
    throw new Error('QEMU has ended');
  });
  ended.catch(() => {});
  const boot = async (): Promise<Guest> => {
    const [shell, monitor] = await Promise.all([shellSocket.accepted, monitorSocket.accepted]);
    const guest = new Guest(options.name, child, exited, new GuestShell(shell), new Monitor(monitor));
    const nics = await guest.shell.ready;
    if (nics !== options.netdev.length)
      throw new Error(`The guest has found ${nics} NICs, not ${options.netdev.length}`);
    return guest;
  };
  const cleanUp = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  options.scope.after(cleanUp);
  try {
    const deadlineMs = options.bootDeadlineMs ?? BOOT_DEADLINE_MS;
    return await withDeadline(Promise.race([boot(), ended]), deadlineMs, `machine "${options.name}" to boot`);
  } catch (error) {
    child.kill('SIGKILL');
    await exited;
    const said = existsSync(join(folder, 'console')) ? readFileSync(join(folder, 'console'), 'utf8').slice(-2000) : '';
    throw new Error(
      `Machine "${options.name}" did not boot; QEMU said "${errors.trim()}", its console "${said.trim()}"`,
      {
        cause: error,
      },
    );
  }
}

/** A running machine. */
export class Guest {
  readonly name: string;
  readonly shell: GuestShell;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #monitor: Monitor;

  constructor(name: string, child: ChildProcess, exited: Promise<void>, shell: GuestShell, monitor: Monitor) {
    this.name = name;
    this.shell = shell;
    this.#child = child;
    this.#exited = exited;
    this.#monitor = monitor;
  }

  /** Runs a shell command as root in the guest. */
  run(command: string, options?: CommandOptions): Promise<CommandResult> {
    return this.shell.run(command, options);
  }

  /** Runs a command of QEMU's human monitor. */
  monitor(command: string): Promise<string> {
    return this.#monitor.run(command);
  }

  /** Stops the whole machine where it is, as a hung host would: its sockets stay open and nobody reads them. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Lets a paused machine go on. */
  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** Pulls the plug. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await withDeadline(this.#exited, END_DEADLINE_MS, `machine "${this.name}" to die`);
  }

  /** Ends QEMU in good order. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    this.#child.kill('SIGCONT');
    await withDeadline(this.#exited, END_DEADLINE_MS, `machine "${this.name}" to end`);
  }
}

/** A locally administered address (IEEE 802c) for a NIC, the same at every start of the machine. */
export function nicAddress(name: string, number: number): string {
  let hash = 0;
  for (const byte of Buffer.from(name)) hash = (hash * 31 + byte) & 0xffffff;
  const bytes = [0x52, 0x54, hash >> 16, (hash >> 8) & 0xff, hash & 0xff, number];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function qemuArguments(
  { name, netdev, ip = [], mtu, nicOptions, memMb = 256, extraArgs = [] }: GuestOptions,
  folder: string,
): string[] {
  const nics = netdev.flatMap((argument, index) => {
    const mac = nicAddress(name, index + 1);
    // No boot ROM: it belongs to a package that is not needed for anything else.
    return [
      '-netdev',
      argument,
      '-device',
      `virtio-net-pci,netdev=p${index + 1},mac=${mac},romfile=${nicOptions ? `,${nicOptions}` : ''}`,
    ];
  });
  const kernelLine = [
    'console=ttyS0',
    'quiet',
    'panic=-1',
    // The kernel counts ticks of the emulated timer for a moment, and gives up when the host was busy just then.
    'no_timer_check',
    `tb.name=${name}`,
    `tb.ip=${[ip].flat().join(',')}`,
    'tb.shell=ttyS1',
  ];
  if (mtu !== undefined) kernelLine.push(`tb.mtu=${mtu}`);
  return [
    ...['-name', name, '-accel', 'tcg', '-cpu', 'max', '-m', String(memMb)],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-kernel', join(GUEST_FOLDER, 'vmlinuz'), '-initrd', join(folder, 'initrd')],
    ...['-append', kernelLine.join(' ')],
    // The first serial port is the kernel's, so that a message of it never gets between the lines of the shell.
    ...['-serial', `file:${join(folder, 'console')}`],
    ...['-chardev', `socket,id=shell,path=${join(folder, 'shell')}`, '-serial', 'chardev:shell'],
    ...['-chardev', `socket,id=monitor,path=${join(folder, 'monitor')}`, '-mon', 'chardev=monitor,mode=readline'],
    ...nics,
    ...extraArgs,
  ];
}

async function listen(path: string): Promise<{ accepted: Promise<Socket>; close: () => void }> {
  const server = createServer();
  let peer: Socket | undefined;
  const accepted = new Promise<Socket>((resolve) => {
    server.once('connection', (socket) => {
      peer = socket;
      resolve(socket);
    });
  });
  server.listen(path);
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    peer?.destroy();
  };
  return { accepted, close };
}
