// The census: every member once per round, whoever comes and goes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Census, type Measured } from './census.ts';
import { CENSUS_NS, CENSUS_TURNS } from './limits.ts';

class Member implements Measured {
  censusPlace = -1;
  measured = 0;
  measure(): void {
    this.measured++;
  }
}

test('Census measures each member once in about a second, a few at a time', () => {
  const census = new Census();
  assert.equal(census.turn(), CENSUS_NS);
  const members = Array.from({ length: 25 }, () => new Member());
  for (const member of members) census.add(member);
  let turns = 0;
  while (members.some(({ measured }) => measured === 0)) {
    assert.equal(census.turn(), CENSUS_NS / CENSUS_TURNS);
    turns++;
  }
  assert.ok(turns <= CENSUS_TURNS);
  assert.ok(members.every(({ measured }) => measured <= 2));
});

test('Census forgets members that left, and is asked twice for nothing', () => {
  const census = new Census();
  const [first, second, third] = [new Member(), new Member(), new Member()];
  for (const member of [first, second, third, first]) census.add(member);
  census.remove(first);
  census.remove(first);
  for (let turn = 0; turn < 4; turn++) census.turn();
  assert.deepEqual(
    [first, second, third].map(({ measured }) => measured),
    [0, 2, 2],
  );
});

test('Census goes on when a member leaves while it is measured', () => {
  const census = new Census();
  const staying = new Member();
  const leaving = Array.from({ length: 25 }, () => {
    const member = new Member();
    member.measure = () => {
      member.measured++;
      census.remove(member);
    };
    return member;
  });
  for (const member of [...leaving, staying]) census.add(member);
  for (let turn = 0; turn < 2 * CENSUS_TURNS + 10; turn++) census.turn();
  assert.ok(leaving.every(({ measured }) => measured === 1));
  assert.ok(staying.measured > 0);
});
