// What a process holds, as the kernel counts it (proc(5)): the leak check of the tests.
import { readdirSync, readFileSync } from 'node:fs';

/** What a process holds at one moment. */
export interface ProcessUse {
  descriptors: number;
  threads: number;
  residentBytes: number;
}

/** Reads what the process with this number holds. */
export function readProcessUse(pid: number): ProcessUse {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const residentKib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (residentKib === undefined) throw new Error(`Process ${pid} has no VmRSS: it has ended`);
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: readdirSync(`/proc/${pid}/task`).length,
    residentBytes: Number(residentKib) * 1024,
  };
}
