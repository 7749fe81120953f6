// Bad wires that people know by name. All delays are one-way. Of access lines, end "a" is the customer: "a-to-b" is
// upstream. Each figure has its source or its reasoning beside it; they are typical, not the limits of the technique.

import type { Direction } from './impairment.ts';
import type { FormKey, FormValue } from './impairment-form.ts';

/** A wire by name: words of each direction. */
export interface Preset extends Readonly<Record<Direction, Readonly<Partial<Record<FormKey, FormValue>>>>> {
  readonly name: string;
  /** What it is, for people. */
  readonly title: string;
  /** Where the figures come from. */
  readonly source: string;
}

type Words = Preset[Direction];

/** All presets. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'none',
    title: 'a wire without impairments',
    source: 'What a link is when nothing is said about it.',
    'a-to-b': {},
    'b-to-a': {},
  },
  access(
    'dialup',
    'a V.90 modem: 33.6 kbit/s up, 53.3 kbit/s down',
    'Rates: ITU-T V.90 downstream as limited in North America, V.34 upstream. Delay: about 150 ms round trip, most of it ' +
      'modulation and error correction. Queue: a quarter of a second at the rate, but room for a whole frame.',
    { delay: '75ms', jitter: '5ms', keep_order: true },
    { rate: '33600bit', limit: '6000b' },
    { rate: '53300bit', limit: '6000b' },
  ),
  access(
    'dsl',
    'ADSL2+: 1 Mbit/s up, 16 Mbit/s down, on ATM cells',
    'Rates: ITU-T G.992.5 has at most 24 and 1.4 Mbit/s; loops of 1 to 2 km get two thirds. Delay: interleaving at 8 to ' +
      '16 ms per direction. Cells: 48 bytes of 53 carry data (ITU-T I.361); overhead: AAL5 trailer 8, RFC 2684 header 10. ' +
      'Queue: a quarter of a second at the rate.',
    { delay: '15ms', jitter: '1ms', keep_order: true, overhead: 18, cell: 48, cell_overhead: 5 },
    { rate: '1mbit', limit: '31250b' },
    { rate: '16mbit', limit: '500000b' },
  ),
  access(
    'vdsl',
    'VDSL2: 10 Mbit/s up, 50 Mbit/s down',
    'Rates: the most sold profile 17a product (ITU-T G.993.2). Delay: impulse noise protection and retransmission ' +
      '(ITU-T G.998.4) at 4 to 8 ms. Queue: a quarter of a second at the rate.',
    { delay: '7ms', jitter: '500us', keep_order: true },
    { rate: '10mbit', limit: '312500b' },
    { rate: '50mbit', limit: '1562500b' },
  ),
  access(
    'cable',
    'DOCSIS 3.0: 10 Mbit/s up, 100 Mbit/s down',
    'Rates: a common product. Delay: request and grant take 2 to 4 ms up (map interval 2 ms), interleaving about 1 ms ' +
      'down, the rest is the path to the first router. Queue: RFC 8034 tells of hundreds of ms without AQM; here 250 ms up, ' +
      '100 ms down.',
    { delay: '6ms', jitter: '2ms', keep_order: true },
    { rate: '10mbit', limit: '312500b' },
    { rate: '100mbit', limit: '1250000b' },
  ),
  access(
    'fibre',
    'GPON: 500 Mbit/s up, 1 Gbit/s down',
    'Rates: a product on ITU-T G.984 (2.5 and 1.25 Gbit/s shared). Delay: 20 km of fibre is 0.1 ms; grants of 125 us frames ' +
      'and the path to the first router make 1 ms.',
    { delay: '1ms', jitter: '100us', keep_order: true },
    { rate: '500mbit', limit: '2mb' },
    { rate: '1gbit', limit: '4mb' },
  ),
  access(
    'edge',
    '2.75G mobile: 118 kbit/s up, 237 kbit/s down',
    'Rates: 2 and 4 time slots of 59.2 kbit/s (MCS-9, 3GPP TS 43.064). Delay: 400 ms round trip, of which a radio block ' +
      'of 20 ms interleaved over several frames and slot set-up are the most. Loss: hand-overs.',
    { delay: '200ms', jitter: '50ms', keep_order: true, loss: '0.5%' },
    { rate: '118400bit', limit: '15000b' },
    { rate: '236800bit', limit: '30000b' },
  ),
  access(
    '3g',
    'HSPA mobile: 1.5 Mbit/s up, 6 Mbit/s down',
    'Rates: typical of HSPA with 7.2 and 2 Mbit/s at best (categories 8 and 4 of 3GPP TS 25.306). Delay: 100 ms round trip ' +
      'in the connected state. Loss: what RLC retransmission leaves over.',
    { delay: '50ms', jitter: '15ms', keep_order: true, loss: '0.3%' },
    { rate: '1500kbit', limit: '96000b' },
    { rate: '6mbit', limit: '384000b' },
  ),
  access(
    'lte',
    '4G mobile: 12 Mbit/s up, 40 Mbit/s down',
    'Rates: what a cell of 20 MHz leaves to one of several users. Delay: user plane 5 ms by design (3GPP TR 25.913), ' +
      'scheduling requests, HARQ of 8 ms steps and the core make 50 ms round trip. Queue: base stations buffer deeply.',
    { delay: '25ms', jitter: '8ms', keep_order: true, loss: '0.1%' },
    { rate: '12mbit', limit: '750000b' },
    { rate: '40mbit', limit: '2500000b' },
  ),
  access(
    '5g',
    '5G mobile (mid band): 30 Mbit/s up, 200 Mbit/s down',
    'Rates: a share of a 100 MHz carrier. Delay: slots of 0.5 ms and HARQ of few slots; with a core at some distance 20 ms ' +
      'round trip.',
    { delay: '10ms', jitter: '3ms', keep_order: true, loss: '0.05%' },
    { rate: '30mbit', limit: '750000b' },
    { rate: '200mbit', limit: '5mb' },
  ),
  access(
    'satellite-geo',
    'a geostationary satellite: 3 Mbit/s up, 20 Mbit/s down',
    'Delay: 35,786 km up and down again are 239 ms below the satellite and 278 ms at the rim of its view, at the speed of ' +
      'light; 270 ms with coding. Jitter: DVB-RCS2 shares the way up by slots. Rates: a usual product. Loss: rain.',
    { delay: '270ms', keep_order: true, loss: '0.1%' },
    { rate: '3mbit', limit: '250000b', jitter: '15ms' },
    { rate: '20mbit', limit: '1500000b', jitter: '5ms' },
  ),
  access(
    'satellite-leo',
    'satellites in low orbit: 12 Mbit/s up, 120 Mbit/s down',
    'Delay: 550 km high, at most 1,100 km away: 4 to 8 ms up and down; scheduling and the path to the exchange make the 25 ' +
      'to 35 ms round trip that operators publish. Loss: in bursts of some frames when satellites change, every 15 s.',
    { delay: '15ms', jitter: '5ms', keep_order: true, loss_gemodel: '0.03% 10%' },
    { rate: '12mbit', limit: '375000b' },
    { rate: '120mbit', limit: '3mb' },
  ),
  same(
    'wifi',
    'good Wi-Fi',
    'Delay: contention for some frames of 0.1 to 1 ms each (IEEE 802.11 EDCA). Rate: two streams, half of it air time.',
    {
      delay: '2ms',
      jitter: '1ms',
      distribution: 'pareto',
      keep_order: true,
      rate: '150mbit',
      limit: '1mb',
    },
  ),
  same(
    'wifi-bad',
    'Wi-Fi behind two walls, beside a microwave oven',
    'Delay: up to seven retries with growing back-off (IEEE 802.11 EDCA). Loss: a bad state of 20 frames that loses half, as ' +
      'interference comes in bursts. Rate: the lowest of the OFDM rates that still work, half of it air time.',
    {
      delay: '10ms',
      jitter: '8ms',
      distribution: 'pareto',
      keep_order: true,
      loss_gemodel: '1% 5% 50% 0.1%',
      rate: '6mbit',
      limit: '300000b',
    },
  ),
  same(
    'metro',
    'a metropolitan ring of 100 km',
    'Delay: light in fibre takes 4.9 us per km (group index 1.468), and some hops.',
    {
      delay: '600us',
      jitter: '50us',
      keep_order: true,
    },
  ),
  same(
    'transatlantic',
    'a wire from London to New York',
    'Delay: 5,570 km on the great circle, 6,500 to 7,000 km of cable at 4.9 us per km are 32 to 34 ms; and the landing ' +
      'stations. Published round trips are 59 ms at best, 70 ms usually.',
    { delay: '35ms', jitter: '200us', keep_order: true },
  ),
  same(
    'transpacific',
    'a wire from Los Angeles to Tokyo',
    'Delay: 8,800 km on the great circle, 9,600 to 10,000 km of cable at 4.9 us per km are 47 to 49 ms; and the landing stations.',
    { delay: '51ms', jitter: '200us', keep_order: true },
  ),
  same(
    'lossy',
    'a wire that loses every hundredth frame by chance',
    'Loss: enough to hold a TCP connection far below its rate (Mathis and others 1997), and to see every timer of a protocol.',
    { loss: '1%' },
  ),
];

/** The preset of this name. */
export function findPreset(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}

function access(name: string, title: string, source: string, common: Words, up: Words, down: Words): Preset {
  return { name, title, source, 'a-to-b': { ...common, ...up }, 'b-to-a': { ...common, ...down } };
}

function same(name: string, title: string, source: string, words: Words): Preset {
  return { name, title, source, 'a-to-b': words, 'b-to-a': words };
}
