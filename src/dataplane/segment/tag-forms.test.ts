// Tags put in, taken off and rewritten, in scratch memory.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NativeMemory } from '../sys/memory.ts';
import { CAME, PROVIDER_TAG, TagForms } from './tag-forms.ts';
import { makeFrame, type TestTag } from './test-switch-bench.ts';

const SCRATCH = 512;

function take(tags: readonly TestTag[], came: number, vlan: number): { forms: TagForms; memory: NativeMemory } {
  const memory = new NativeMemory(1024);
  const forms = new TagForms(memory, SCRATCH, 1024);
  const frame = makeFrame(1, 2, { tags });
  memory.view.setUint32(100, frame.length);
  memory.bytes.set(frame, 104);
  forms.begin(100, 104 + frame.length);
  forms.came = came;
  forms.vlan = vlan;
  return { forms, memory };
}

function read(memory: NativeMemory, start: number, end: number): Buffer {
  assert.equal(memory.view.getUint32(start), end - start - 4);
  return Buffer.from(memory.bytes.slice(start + 4, end));
}

test('TagForms.makeTagged() puts a tag in front of what is there', () => {
  for (const inner of [[], [{ vlan: 7, priority: 3 }]]) {
    for (const type of [0x8100, PROVIDER_TAG]) {
      const { forms, memory } = take(inner, CAME.bare, 100);
      forms.tagType = type;
      forms.makeTagged();
      const wanted = makeFrame(1, 2, { tags: [{ vlan: 100, type }, ...inner] });
      assert.deepEqual(read(memory, forms.taggedStart, forms.taggedEnd), wanted);
    }
  }
});

test('TagForms.makeTagged() names the VLAN in a tag that was for the priority', () => {
  const { forms, memory } = take([{ vlan: 0, priority: 5 }], CAME.priority, 100);
  forms.makeTagged();
  assert.deepEqual(
    read(memory, forms.taggedStart, forms.taggedEnd),
    makeFrame(1, 2, { tags: [{ vlan: 100, priority: 5 }] }),
  );
});

test('TagForms.makeBare() takes off the outermost tag only', () => {
  const { forms, memory } = take([{ vlan: 100, type: PROVIDER_TAG }, { vlan: 7 }], CAME.tagged, 100);
  forms.makeBare();
  assert.deepEqual(read(memory, forms.bareStart, forms.bareEnd), makeFrame(1, 2, { tags: [{ vlan: 7 }] }));
});

test('TagForms.hasRoom is true only for what fits, and reset() makes room', () => {
  const { forms } = take([], CAME.bare, 100);
  let made = 0;
  while (forms.hasRoom) {
    forms.makeTagged();
    made++;
    assert.ok(forms.taggedEnd <= 1024);
  }
  assert.ok(made >= 15, `${made} made`);
  forms.reset();
  assert.equal(forms.taggedStart, -1);
  assert.equal(forms.hasRoom, true);
  forms.makeTagged();
  assert.equal(forms.taggedStart, SCRATCH);
});
