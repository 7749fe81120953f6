// Every sub-command, in the order of the help. A new command is a file beside this one and a line here.

import type { Command } from 'commander';
import type { World } from '../world.ts';
import { addApply } from './apply.ts';
import { addCapture } from './capture.ts';
import { addCompletion } from './completion.ts';
import { addDoctor } from './doctor.ts';
import { addDrill } from './drill.ts';
import { addEvents } from './events.ts';
import { addExtcap } from './extcap.ts';
import { addGraph } from './graph.ts';
import { addImpair } from './impair.ts';
import { addLink } from './link.ts';
import { addLinks } from './links.ts';
import { addLint } from './lint.ts';
import { addMac } from './mac.ts';
import { addRun } from './run.ts';
import { addScenario } from './scenario.ts';
import { addStatus } from './status.ts';
import { addStop } from './stop.ts';
import { addTop } from './top.ts';
import { addValidate } from './validate.ts';

/** Adds all sub-commands. */
export function addCommands(program: Command, world: World): void {
  addRun(program, world);
  addValidate(program, world);
  addGraph(program, world);
  addApply(program, world);
  addStatus(program, world);
  addLinks(program, world);
  addLink(program, world);
  addMac(program, world);
  addImpair(program, world);
  addScenario(program, world);
  addDrill(program, world);
  addCapture(program, world);
  addExtcap(program, world);
  addEvents(program, world);
  addLint(program, world);
  addTop(program, world);
  addDoctor(program, world);
  addStop(program, world);
  addCompletion(program, world);
}
