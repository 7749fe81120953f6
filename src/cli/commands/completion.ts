// tcpbridge completion: a script that makes a shell complete command lines of tcpbridge.

import { Argument, type Command } from 'commander';
import { commandWords, withOptions } from '../completion/words.ts';
import type { World } from '../world.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Adds the command. */
export function addCompletion(program: Command, world: World): void {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<SHELL>').choices(SHELLS))
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { EVENTS } = await import('../../control/http/schemas.ts');
      const { compatOptions } = await import('../compat.ts');
      const words = withOptions(commandWords(program, { eventTypes: Object.keys(EVENTS) }), compatOptions());
      if (shell === 'bash') world.out((await import('../completion/bash.ts')).bashScript(words));
      else if (shell === 'zsh') world.out((await import('../completion/zsh.ts')).zshScript(words));
      else world.out((await import('../completion/fish.ts')).fishScript(words));
    });
}
