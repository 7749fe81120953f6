// Writes docs/schema/topology.schema.json from the schema that tcpbridge checks topology files with:
//   npx tsc && node build/scripts/write-topology-schema.js && npx biome format --write docs/schema

import { writeFileSync } from 'node:fs';
import { topologyJsonSchema } from '../src/topology/file/schema.ts';

writeFileSync('docs/schema/topology.schema.json', `${JSON.stringify(topologyJsonSchema(), null, 2)}\n`);
