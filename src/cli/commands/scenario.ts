// tcpbridge scenario …: runs timelines of impairments, cuts and flaps on the running bridge.

import { type Command, Option } from 'commander';
import type { ControlClient } from '../../control/http/client.ts';
import type { ScenarioLogReply, ScenarioReply } from '../../control/http/scenario-schemas.ts';
import { formatProblem, TcpbridgeError } from '../../errors.ts';
import { onEndSignal, SIGNAL_EXIT_CODES } from '../end-signal.ts';
import { type ControlOptions, type OutputOptions, withControl, withOutput } from '../options.ts';
import { harmless, styleOf, writeResult } from '../output.ts';
import { connect, follow } from '../remote.ts';
import { entryLine, LOG_COLUMNS, STATUS_COLUMNS } from '../scenario-columns.ts';
import type { World } from '../world.ts';

type Status = NonNullable<ScenarioReply['scenario']>;
type RunOptions = ControlOptions & {
  readonly output: 'text' | 'json';
  readonly detach?: boolean;
  readonly dryRun?: boolean;
};

const INVALID_EXIT_CODE = 2;
const FAILED_EXIT_CODE = 1;
// No event has this id, so the bridge sends all that it has kept.
const BEFORE_ALL = '-0';

/** Adds the command and those below it. */
export function addScenario(program: Command, world: World): void {
  const scenario = program
    .command('scenario')
    .description('run a timeline of impairments, cuts and flaps, triggered by time or by frames');
  addRun(scenario, world);
  addStatus(scenario, world);
  addLog(scenario, world);
  addChange(scenario, world, 'pause', 'hold the scenario where it is');
  addChange(scenario, world, 'resume', 'go on with the scenario');
  addChange(scenario, world, 'stop', 'end the scenario, and make its links as they were');
  addValidate(scenario, world);
}

function addRun(parent: Command, world: World): void {
  const command = parent
    .command('run')
    .description('start a scenario and print what it does until it ends; interrupted, it is stopped')
    .argument('<FILE>', 'scenario file, or "-" for standard input')
    .addOption(
      new Option('-o, --output <FORMAT>', 'how to write what it does').choices(['text', 'json']).default('text'),
    )
    .option('--detach', 'start it and return')
    .option('--dry-run', 'only say whether it could be started');
  withControl(command).action(async (file: string, options: RunOptions) => {
    const { readScenarioFile } = await import('../scenario-file.ts');
    const { scenario, document } = await readScenarioFile(file);
    const client = connect(options, world);
    const path = `/v1/scenario${options.dryRun === true ? '?dryRun=true' : ''}`;
    const body = { text: JSON.stringify({ ...document, name: scenario.name }), type: 'application/json' as const };
    if (options.dryRun === true || options.detach === true) {
      await client.request<ScenarioReply>('PUT', path, body);
      world.note(
        options.dryRun === true ? `Scenario ${scenario.name} could be started\n` : `Started ${scenario.name}\n`,
      );
      return;
    }
    await runInFront(client, path, body, options.output, world);
  });
}

async function runInFront(
  client: ControlClient,
  path: string,
  body: { text: string; type: 'application/json' },
  output: RunOptions['output'],
  world: World,
): Promise<void> {
  const ending = new AbortController();
  // Instead of leaving at once, as all commands do.
  onEndSignal((signal) => {
    world.exitCode = SIGNAL_EXIT_CODES[signal];
    client.request('POST', '/v1/scenario/stop').catch(() => ending.abort());
  });
  const { scenario: started } = await client.request<ScenarioReply>('PUT', path, body);
  let isOurs = false;
  const onEvent = ({ type, data }: { type: string; data: string }): void => {
    if (type === 'scenario_step' && isOurs) {
      world.out(`${output === 'json' ? data : entryLine(JSON.parse(data))}\n`);
    } else if (type === 'scenario') {
      const status = JSON.parse(data) as Status;
      isOurs = status.startedAt === started?.startedAt;
      if (isOurs && tellState(status, world)) ending.abort();
    }
  };
  // From the events that are kept: it may have done something, or all, before anybody listened.
  await follow(client, '/v1/events', onEvent, ending.signal, BEFORE_ALL);
}

// Whether it is over.
function tellState({ name, state, done, failed }: Status, world: World): boolean {
  if (state === 'running' || state === 'paused') {
    world.note(`Scenario ${harmless(name)} is ${state}\n`);
    return false;
  }
  world.note(`Scenario ${harmless(name)} ${state}: ${done} done, ${failed} failed\n`);
  if (failed > 0) world.exitCode ||= FAILED_EXIT_CODE;
  return true;
}

function addStatus(parent: Command, world: World): void {
  const command = parent.command('status').description('the scenario that runs, or ran last');
  withControl(withOutput(command)).action(async (options: ControlOptions & OutputOptions) => {
    await writeStatus(await connect(options, world).request<ScenarioReply>('GET', '/v1/scenario'), options, world);
  });
}

function addChange(parent: Command, world: World, action: 'pause' | 'resume' | 'stop', description: string): void {
  const command = parent.command(action).description(description);
  withControl(withOutput(command)).action(async (options: ControlOptions & OutputOptions) => {
    const reply = await connect(options, world).request<ScenarioReply>('POST', `/v1/scenario/${action}`);
    await writeStatus(reply, options, world);
  });
}

function addLog(parent: Command, world: World): void {
  const command = parent.command('log').description('what the scenario did, and when, to the microsecond');
  withControl(withOutput(command)).action(async (options: ControlOptions & OutputOptions) => {
    const { entries } = await connect(options, world).request<ScenarioLogReply>('GET', '/v1/scenario/log');
    const names = entries.map(({ did }) => did);
    await writeResult(
      { document: { entries }, columns: LOG_COLUMNS, rows: entries, names },
      styleOf(options, world),
      world,
    );
  });
}

function addValidate(parent: Command, world: World): void {
  parent
    .command('validate')
    .description('check scenario files; exit code 2 when one is wrong')
    .argument('<FILE...>', 'scenario files, or "-" for standard input')
    .action(async (files: string[]) => {
      const { readScenarioFile } = await import('../scenario-file.ts');
      for (const file of files) {
        try {
          const { scenario } = await readScenarioFile(file);
          const { length } = scenario.steps;
          world.out(`${file}: valid, ${length} step${length === 1 ? '' : 's'}\n`);
        } catch (error) {
          if (!isInvalid(error)) throw error;
          world.exitCode = INVALID_EXIT_CODE;
          world.out(error.details.problems.map((problem) => `${formatProblem(problem)}\n`).join(''));
        }
      }
    });
}

function isInvalid(error: unknown): error is TcpbridgeError<'scenario_invalid'> {
  return error instanceof TcpbridgeError && error.code === 'scenario_invalid';
}

async function writeStatus(reply: ScenarioReply, options: OutputOptions, world: World): Promise<void> {
  const { scenario } = reply;
  const style = styleOf(options, world);
  if (scenario === null && style.format === 'table') world.note('No scenario was started\n');
  else {
    const rows = scenario === null ? [] : [scenario];
    const names = rows.map(({ name }) => name);
    await writeResult({ document: reply, columns: STATUS_COLUMNS, rows, names }, style, world);
  }
}
