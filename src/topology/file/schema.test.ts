// The schema as editors get it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topologyJsonSchema } from './schema.ts';

test('topologyJsonSchema() describes every field', () => {
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const { properties } = schema as { properties?: Record<string, { description?: string }> };
    for (const [name, property] of Object.entries(properties ?? {})) {
      assert.ok((property.description ?? '').length > 10, `${path}.${name} has no description`);
    }
    for (const [key, child] of Object.entries(schema)) visit(child, `${path}.${key}`);
  };
  visit(topologyJsonSchema(), '');
});
