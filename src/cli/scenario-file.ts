// Reads scenario files for the commands: from disk or standard input, with variables from the environment.

import { readScenario } from '../scenario/parse.ts';
import { readText } from '../topology/file/read.ts';

/** A scenario, and the document that it came from. */
export async function readScenarioFile(path: string): Promise<ReturnType<typeof readScenario>> {
  const { text, file } = await readText(path);
  return readScenario(text, file, process.env);
}
