// The topology machine: the interfaces must be those that it gives, or every router of a lab would be cabled wrongly.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblem, TcpbridgeError } from '../../errors.ts';
import { type ParseOptions, parseTopologyText } from './parse.ts';

function read(document: object, options: ParseOptions = {}): string[] {
  const { topology } = parseTopologyText(JSON.stringify(document), 'hl.json', options);
  return topology.segments.map(({ kind, name, endpoints }) =>
    kind === 'link' ? name : `${name}: ${endpoints.map(({ text }) => text).join(' ')}`,
  );
}

const routers = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { type: 'xrv' }]));

test('parseTopologyText() numbers interfaces: p2p by name, then meshes by name and pair, then hubs by name', () => {
  const document = {
    routers: routers('a', 'b', 'c'),
    hubs: { z: ['c', 'a'], y: ['b', 'b'] },
    fullmeshes: { n: ['b', 'a'], m: ['c', 'a', 'b', 'a'] },
    p2p: { b: ['a', 'a'], a: ['c'] },
  };
  assert.deepEqual(read(document), [
    ...['a/1--c/1', 'b/1--a/2', 'b/2--a/3'],
    ...['a/4--b/3', 'a/5--c/2', 'b/4--c/3'],
    'a/6--b/5',
    ...['y: b/6 b/7', 'z: c/4 a/7'],
  ]);
});

// The assignment of a run of the topology machine on a lab of twelve routers.
test('parseTopologyText() gives the interfaces that the topology machine gave a lab', () => {
  const europe = ['ams-core-1', 'ams-core-2', 'fra-core-1', 'fra-core-2', 'par-core-1', 'par-core-2'];
  const document = {
    routers: routers(...europe, 'sgp-core-1', 'kul-core-1', 'ams-edge-1', 'fra-edge-1', 'par-edge-1', 'png-edge-1'),
    p2p: {
      'fra-core-2': ['sgp-core-1', 'kul-core-1'],
      'par-core-1': ['sgp-core-1', 'kul-core-1'],
      'ams-edge-1': ['ams-core-1', 'ams-core-2'],
      'fra-edge-1': ['fra-core-1', 'fra-core-2'],
      'par-edge-1': ['par-core-1', 'par-core-2'],
      'png-edge-1': ['sgp-core-1', 'kul-core-1'],
    },
    fullmeshes: { europe, asia: ['sgp-core-1', 'kul-core-1'] },
    hubs: { 'ams-mgmt': ['ams-core-1', 'ams-core-2', 'ams-edge-1'] },
  };
  assert.deepEqual(read(document), [
    'ams-edge-1/1--ams-core-1/1',
    'ams-edge-1/2--ams-core-2/1',
    'fra-core-2/1--sgp-core-1/1',
    'fra-core-2/2--kul-core-1/1',
    'fra-edge-1/1--fra-core-1/1',
    'fra-edge-1/2--fra-core-2/3',
    'par-core-1/1--sgp-core-1/2',
    'par-core-1/2--kul-core-1/2',
    'par-edge-1/1--par-core-1/3',
    'par-edge-1/2--par-core-2/1',
    'png-edge-1/1--sgp-core-1/3',
    'png-edge-1/2--kul-core-1/3',
    'kul-core-1/4--sgp-core-1/4',
    'ams-core-1/2--ams-core-2/2',
    'ams-core-1/3--fra-core-1/2',
    'ams-core-1/4--fra-core-2/4',
    'ams-core-1/5--par-core-1/4',
    'ams-core-1/6--par-core-2/2',
    'ams-core-2/3--fra-core-1/3',
    'ams-core-2/4--fra-core-2/5',
    'ams-core-2/5--par-core-1/5',
    'ams-core-2/6--par-core-2/3',
    'fra-core-1/4--fra-core-2/6',
    'fra-core-1/5--par-core-1/6',
    'fra-core-1/6--par-core-2/4',
    'fra-core-2/7--par-core-1/7',
    'fra-core-2/8--par-core-2/5',
    'par-core-1/8--par-core-2/6',
    'ams-mgmt: ams-core-1/7 ams-core-2/7 ams-edge-1/3',
  ]);
});

test('parseTopologyText() reads the low level with the numbers that stand there', () => {
  const end = (router: string, numeric: number) => ({ router, numeric, interface: 'x' });
  const links = [{ left: end('a', 3), right: end('b', 1) }];
  assert.deepEqual(read({ routers: routers('a', 'b'), links, hubs: { h: [end('a', 1), end('b', 2)] } }), [
    'a/3--b/1',
    'h: a/1 b/2',
  ]);
  assert.deepEqual(read({ links }, { containerPrefix: 'lab-' }), ['lab-a/3--lab-b/1']);
});

test('parseTopologyText() finds routers that are not defined, and notes what it does not know', () => {
  const wrong = {
    routers: routers('a'),
    p2p: { b: ['a', 'q'] },
    fullmeshes: { m: ['a', 'c'] },
    hubs: { h: ['a', 'c'] },
  };
  assert.throws(
    () => read(wrong),
    (error: unknown) => {
      assert.ok(error instanceof TcpbridgeError);
      const places = error.message.split('\n').map((line) => line.split(': ')[1]);
      assert.match(error.message, /Router "b" is not defined; write one of "a", or add it under routers/);
      assert.deepEqual(places, ['p2p.b', 'p2p.b[1]', 'fullmeshes.m[1]', 'hubs.h[1]']);
      return true;
    },
  );
  assert.throws(() => read({ routers: routers('a'), p2p: { a: ['a'] } }), /p2p.a\[0\]: Router "a" is linked to itself/);
  assert.throws(() => read({ p2p: {} }), /routers: Missing; write a map of routers/);
  assert.throws(() => read({ routers: {}, links: [{ left: { router: 'a', numeric: '1' } }] }), /numeric: Found "1"/);
  const { notes } = parseTopologyText('{"routers": {}, "p2p": {}, "extra": 1}', 'hl.json');
  assert.deepEqual(notes.map(formatProblem), [
    'hl.json:1:28: extra: Ignored, because it does not concern links: extra',
  ]);
});
