// The schemas that the OpenAPI document lists by name: schemas.ts and its neighbours make them, openapi.ts writes them.

import { z } from 'zod';

/** All of them. */
export const COMPONENTS = z.registry<{ readonly id: string }>();

/** Gives a schema its name in the document. */
export function component<S extends z.ZodType>(id: string, description: string, schema: S): S {
  const described = schema.meta({ description });
  COMPONENTS.add(described, { id });
  return described;
}
