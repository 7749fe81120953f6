// Writes docs/schema/ from the schemas that tcpbridge checks topology files and scenarios with:
//   npx tsc && node build/scripts/write-topology-schema.js && npx biome format --write docs/schema

import { writeFileSync } from 'node:fs';
import { scenarioJsonSchema } from '../src/scenario/scenario-schema.ts';
import { topologyJsonSchema } from '../src/topology/file/schema.ts';

for (const [name, schema] of [
  ['topology', topologyJsonSchema()],
  ['scenario', scenarioJsonSchema()],
]) {
  writeFileSync(`docs/schema/${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
}
