// "tcpbridge __complete links|switches|endpoints WORD...": names that the running bridge knows, one per line, for the completion
// scripts. Quick, and silent when no bridge runs: whoever presses the tab key wants no message.

import { ControlClient } from '../../control/http/client.ts';
import { findTarget } from '../remote.ts';
import { writeOut } from '../world.ts';

const TIMEOUT_MS = 500;

/** Prints the names. The words are those of the command line so far: --control in it counts. */
export async function complete(
  [kind, ...words]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  try {
    const control = optionValue(words, '--control') ?? (env.TCPBRIDGE_CONTROL || undefined);
    const tokenFile = optionValue(words, '--token-file') ?? (env.TCPBRIDGE_TOKEN_FILE || undefined);
    const options = { ...(control && { control }), ...(tokenFile && { tokenFile }) };
    const client = new ControlClient(findTarget(options, { env, note: () => {} }), { timeoutMs: TIMEOUT_MS });
    const { segments } = await client.status();
    const names =
      kind === 'endpoints'
        ? segments.flatMap(({ ends }) => ends.map(({ endpoint }) => endpoint))
        : segments.filter((segment) => kind === 'links' || segment.kind === 'switch').map(({ name }) => name);
    await writeOut(1, [...new Set(names)].filter((name) => !/\p{Cc}/u.test(name)).join('\n'), TIMEOUT_MS);
  } catch {
    // There is nothing to offer.
  }
}

function optionValue(words: readonly string[], option: string): string | undefined {
  const at = words.lastIndexOf(option);
  if (at >= 0) return words[at + 1];
  return words.findLast((word) => word.startsWith(`${option}=`))?.slice(option.length + 1);
}
