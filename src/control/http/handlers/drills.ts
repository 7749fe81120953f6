// Drills: a link is cut or made bad, a flow is watched on all links, and the way it takes is measured.

import type { DrillResult } from '../../../drill/result.ts';
import { TcpbridgeError } from '../../../errors.ts';
import type { ChangeDeed } from '../../../scenario/timeline.ts';
import { parseDurationMs } from '../../../topology/duration.ts';
import type { Impairments } from '../../../topology/impairment.ts';
import type { ImpairmentsForm } from '../../../topology/impairments-form.ts';
import type { DrillRequest } from '../../drill/request.ts';
import type { Api } from '../api.ts';
import { DRILL, DRILL_WANTED, DRILLS } from '../drill-schemas.ts';
import { at, describeError } from '../error-reply.ts';
import { json, jsonBody, operation } from '../operation.ts';
import { findSegment } from '../segments.ts';
import { laidOver } from './impairments.ts';

type Wanted = (typeof DRILL_WANTED)['_output'];

const MIN_MS = 10;
const MAX_MS = 3_600_000;
const DEFAULTS = { before: '1s', for: '5s', after: '10s' } as const;

/** POST /v1/drills */
export const postDrill = operation({
  summary: 'Runs a drill, as server-sent events',
  description:
    'Cuts a link or makes it bad, makes it as it was after a time, and follows the frames of a flow on all links ' +
    'meanwhile. Events of type progress say what is being done; the last one is finished or failed, and ' +
    'GET /v1/drills/{id} has the result. When the client goes away, the link is made as it was and the drill ends. One ' +
    'drill runs at a time.',
  body: jsonBody('The drill', DRILL_WANTED, { link: 'core', flow: 'icmp', cut: 'both', for: '5s' }),
  replies: { 200: { description: 'The stream, until the drill is over', type: 'text/event-stream' } },
  errors: [404, 409, 503],
  handle: ({ api, body, cutOff }) => {
    const wanted = readRequest(api, body);
    api.drills.check(wanted);
    const { name = '', state } = api.scenarios.status() ?? {};
    if (state === 'running' || state === 'paused') throw new TcpbridgeError('scenario_running', { name });
    return api.streams.respond({
      start: (stream) => {
        const gone = new AbortController();
        const send = (type: string, data: unknown): void =>
          stream.send(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
        api.drills
          .start(wanted, (progress) => send('progress', progress), gone.signal)
          .then(({ id, summary }) => send('finished', { drill: id, ...summary }))
          .catch((error: unknown) => {
            if (gone.signal.aborted) return;
            const { body } = describeError(error);
            if (body.error.code === 'internal') api.onFailure(error);
            send('failed', body);
          })
          .finally(() => stream.complete());
        return () => gone.abort();
      },
      cutOff,
    });
  },
});

/** GET /v1/drills */
export const readDrills = operation({
  summary: 'The last drills',
  replies: { 200: { description: 'Without what each run found out', schema: DRILLS } },
  handle: ({ api }) => json(200, { drills: api.drills.results.map(({ runs: _, ...drill }) => drill) }),
});

/** GET /v1/drills/{id} */
export const readDrill = operation({
  summary: 'What a drill found out',
  params: { id: 'Number of the drill' },
  replies: { 200: { description: 'Also while it runs, and of one that was ended', schema: DRILL } },
  errors: [404],
  handle: ({ api, params }) => json(200, findDrill(api, params.id!)),
});

/** DELETE /v1/drills/{id} */
export const deleteDrill = operation({
  summary: 'Ends a drill',
  description: 'The link is made as it was. One that is over stays as it is.',
  params: { id: 'Number of the drill' },
  replies: { 200: { description: 'What it has found out', schema: DRILL } },
  errors: [404],
  handle: async ({ api, params }) => {
    const { id, state } = findDrill(api, params.id!);
    if (state === 'running') await api.drills.stop();
    return json(200, api.drills.find(id));
  },
});

function findDrill({ drills }: Api, id: string): DrillResult {
  const drill = drills.find(Number(id));
  if (drill === undefined) throw new TcpbridgeError('drill_unknown', { id });
  return drill;
}

function readRequest({ bridge }: Api, body: Wanted): DrillRequest {
  const { link, flow, watch = [], to = [], repeat = 1 } = body;
  const { impairments } = findSegment(bridge.topology, link);
  for (const name of [...watch, ...to]) findSegment(bridge.topology, name);
  const time = (key: keyof typeof DEFAULTS): number =>
    at(key, () => parseDurationMs(body[key] ?? DEFAULTS[key], { minMs: MIN_MS, maxMs: MAX_MS }));
  const times = { beforeMs: time('before'), forMs: time('for'), afterMs: time('after') };
  return { link, flow, watch, to, repeat, ...times, ...readChange(body, impairments) };
}

function readChange({ cut, impairments }: Wanted, old: Impairments | undefined): { deed: ChangeDeed; change: string } {
  if (impairments !== undefined) {
    if (cut !== undefined) throw unfit('cut', 'Write either cut or impairments');
    if (/"duration":/.test(JSON.stringify(impairments))) throw unfit('impairments', 'Write for instead of duration');
    // What is wrong with them is said before anything is done.
    laidOver(old, impairments, 'impairments');
    const words = impairments as ImpairmentsForm;
    return { deed: { kind: 'impair', words, isWhole: false }, change: wordsOf(words) };
  }
  if (cut === undefined || cut === 'both') return { deed: { kind: 'down' }, change: 'cut' };
  return { deed: { kind: 'impair', words: { [cut]: { loss: '100%' } }, isWhole: false }, change: `cut ${cut}` };
}

// "delay 20ms loss 1%", "a-to-b: preset lte".
function wordsOf(impairments: ImpairmentsForm): string {
  if (typeof impairments === 'string') return `preset ${impairments}`;
  return Object.entries(impairments)
    .filter(([, words]) => words !== undefined)
    .map(([direction, words]) => `${direction === 'both' ? '' : `${direction}: `}${directionText(words)}`)
    .join('; ');
}

function directionText(words: unknown): string {
  if (typeof words === 'string') return `preset ${words}`;
  return Object.entries(words ?? { none: '' })
    .map(([key, value]) =>
      `${key} ${typeof value === 'object' && value !== null ? '(table)' : (value ?? 'none')}`.trim(),
    )
    .join(' ');
}

function unfit(path: string, message: string): TcpbridgeError<'request_invalid'> {
  return new TcpbridgeError('request_invalid', { problems: [{ path, message }] });
}
