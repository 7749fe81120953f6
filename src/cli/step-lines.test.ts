// Steps of a change in words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeResult, describeStep, mergeChanges, type StepReply, summarizeChange } from './step-lines.ts';

const STEPS: StepReply[] = [
  { action: 'add', link: 'west', kind: 'link', endpoints: ['vr1/1', 'vr2/1'] },
  { action: 'add', link: 'lan', kind: 'hub', endpoints: ['vr1/2', 'vr2/2', 'vr3/2'] },
  { action: 'remove', link: 'old', kind: 'hub' },
  { action: 'rewire', link: 'west', end: 'b', from: 'vr2/1', to: 'vr3/1' },
  { action: 'join', link: 'lan', endpoint: 'vr4/2' },
  { action: 'leave', link: 'lan', endpoint: 'vr1/2' },
  { action: 'up', link: 'west' },
  { action: 'down', link: 'lan' },
  { action: 'configure', link: 'sw', changes: ['ageing 5m -> 1m', 'port vr1/4 vlan 10 -> vlan 20'] },
  { action: 'configure', link: 'sw', changes: [] },
  { action: 'impair', link: 'west', from: 'none', to: '20ms 0.1% / none', words: ['delay', 'loss', 'seed'] },
  { action: 'impair', link: 'west', from: '20ms', to: '20ms', words: ['limit', 'seed'] },
];

test('describeStep() has a line for every kind of step', () => {
  assert.deepEqual(STEPS.map(describeStep), [
    '+ link west: vr1/1 -- vr2/1',
    '+ hub lan: vr1/2 vr2/2 vr3/2',
    '- hub old',
    '~ link west: b vr2/1 -> vr3/1',
    '~ lan: + vr4/2',
    '~ lan: - vr1/2',
    '~ west: up',
    '~ lan: down',
    '~ switch sw: ageing 5m -> 1m, port vr1/4 vlan 10 -> vlan 20',
    '~ switch sw: settings',
    '~ link west: impairments none -> 20ms 0.1% / none (one-way)',
    '~ link west: impairments (limit, seed)',
  ]);
});

test('summarizeChange() counts, and tells a plan from a deed', () => {
  const [first] = STEPS;
  assert.equal(summarizeChange({ changed: false, steps: [] }, false), 'Nothing to change');
  assert.equal(summarizeChange({ changed: true, steps: [], also: ['labels'] }, false), 'Only labels changed');
  assert.equal(
    summarizeChange({ changed: true, steps: [], also: ['name', 'monitors', 'labels'] }, true),
    'Only the name of the topology, monitors and labels would change',
  );
  assert.equal(
    summarizeChange({ changed: true, steps: [first!], also: ['monitors'] }, true),
    'One change to be made; monitors would change, too',
  );
  assert.equal(summarizeChange({ changed: true, steps: [first!] }, false), 'One change made');
  assert.equal(summarizeChange({ changed: true, steps: STEPS }, true), '12 changes to be made');
});

test('mergeChanges() is one document with all steps in order', () => {
  const merged = mergeChanges([
    { changed: false, steps: [] },
    { changed: true, steps: STEPS.slice(0, 2) },
    { changed: true, steps: STEPS.slice(2) },
  ]);
  assert.deepEqual(merged, { changed: true, steps: STEPS });
  assert.deepEqual(changeResult(merged).names, ['west', 'lan', 'old', 'sw']);
});
