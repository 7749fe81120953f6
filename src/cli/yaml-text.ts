// Documents as YAML, for -o yaml. A file of its own, because the library takes a while to load.

import { stringify } from 'yaml';

/** Writes a document as YAML. */
export function yamlText(document: unknown): string {
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}
