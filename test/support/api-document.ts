// The OpenAPI document as a judge: whether a reply is one that it promises, field by field.
import assert from 'node:assert/strict';
import { z } from 'zod';
import type { Answer } from './control.ts';

type Json = { readonly [key: string]: unknown };

interface Reply {
  readonly content?: Readonly<Record<string, { readonly schema: Json }>>;
}

/** An OpenAPI document. */
export interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Record<string, Reply> }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

/** Checks replies against a document. */
export class ReplyJudge {
  /** "GET /v1/links/{name} 200" of every reply so far. */
  readonly seen = new Set<string>();
  readonly document: ApiDocument;
  readonly #schemas = new Map<string, z.ZodType>();

  constructor(document: ApiDocument) {
    this.document = document;
  }

  /** Every method, path and status that the document promises. */
  get promised(): string[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
      ),
    );
  }

  /** Fails unless the document promises this answer for this method and path, with `{name}` for values. */
  check(method: string, path: string, answer: Answer): void {
    const name = `${method} ${path} ${answer.status}`;
    const reply = this.document.paths[path]?.[method.toLowerCase()]?.responses[answer.status];
    assert.ok(reply, `The document does not promise ${name}: ${answer.text}`);
    this.seen.add(name);
    const type = answer.headers['content-type']?.split(';')[0] ?? '';
    const content = reply.content?.[type];
    assert.ok(content, `The document does not promise "${type}" for ${name}`);
    if (type !== 'application/json') return;
    const result = this.#schemaFor(name, content.schema).safeParse(answer.json);
    assert.ok(result.success, `${name} is not what the document promises: ${result.error}\n${answer.text}`);
  }

  /** Fails unless this value has the form of a component. */
  checkComponent(id: string, value: unknown): void {
    const result = this.#schemaFor(id, this.document.components.schemas[id]!).safeParse(value);
    assert.ok(result.success, `This is no ${id}: ${result.error}\n${JSON.stringify(value)}`);
  }

  #schemaFor(name: string, schema: Json): z.ZodType {
    const known = this.#schemas.get(name);
    if (known !== undefined) return known;
    const made = z.fromJSONSchema(this.#close(schema) as Parameters<typeof z.fromJSONSchema>[0]);
    this.#schemas.set(name, made);
    return made;
  }

  // References are replaced by what they mean, and objects are closed, so that fields the document does not know show.
  #close(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#close(item));
    if (typeof value !== 'object' || value === null) return value;
    const schema = value as Json;
    if (typeof schema.$ref === 'string') {
      const id = schema.$ref.replace('#/components/schemas/', '');
      return this.#close(this.document.components.schemas[id]);
    }
    const closed = Object.fromEntries(Object.entries(schema).map(([key, inner]) => [key, this.#close(inner)]));
    if (!('properties' in closed) || 'additionalProperties' in closed) return closed;
    return { ...closed, additionalProperties: false };
  }
}
