import { z } from 'zod';
import { REQUEST, SCHEMAS } from '../../../electron/core/protocol/schemas.ts';
import { PROTOCOL_VERSION, type WireMethod } from '../../../shared/protocol.ts';
import { ERROR, ERROR_DATA, EVENTS, RESULTS, TOKEN } from './message-schemas.ts';

type Json = Record<string, unknown>;

const METHODS = Object.keys(SCHEMAS) as WireMethod[];
const ref = (name: string): Json => ({ $ref: `#/$defs/${name}` });
const JSONRPC = { const: '2.0' };

/** Unknown fields are allowed on both sides, so the schemas are those of what is taken in. */
function schemaOf(type: z.ZodType): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(type, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      const { properties } = jsonSchema;
      // zod's refinement of a want (a user or an intent, not both) has no counterpart there.
      if (properties && 'user' in properties && 'intent' in properties && 'scopes' in properties) {
        jsonSchema.oneOf = [{ required: ['user'] }, { required: ['intent'] }];
      }
    },
  });
  return schema;
}

const object = (properties: Json, required = Object.keys(properties)): Json => ({
  type: 'object',
  properties,
  required,
});

function definitions(): Json {
  const id = (schemaOf(REQUEST).properties as Json).id as Json;
  const found: Json = {
    id,
    token: schemaOf(TOKEN),
    errorData: schemaOf(ERROR_DATA),
    errorObject: schemaOf(ERROR),
  };
  for (const method of METHODS) {
    const params = schemaOf(SCHEMAS[method]);
    const request = {
      jsonrpc: JSONRPC,
      id: ref('id'),
      method: { const: method },
      params: ref(`${method}.params`),
    };
    const needs = ['jsonrpc', 'id', 'method', ...('required' in params ? ['params'] : [])];
    found[`${method}.params`] = params;
    found[`${method}.result`] = schemaOf(RESULTS[method]);
    found[`${method}.request`] = object(request, needs);
    found[`${method}.answer`] = object({ jsonrpc: JSONRPC, id: ref('id'), result: ref(`${method}.result`) });
  }
  for (const [type, schema] of Object.entries(EVENTS)) found[`event.${type}`] = schemaOf(schema);
  found.event = { oneOf: Object.keys(EVENTS).map((type) => ref(`event.${type}`)) };
  found.notification = object({ jsonrpc: JSONRPC, method: { const: 'event' }, params: ref('event') });
  const failedId = { anyOf: [ref('id'), { type: 'null' }] };
  found.failure = object({ jsonrpc: JSONRPC, id: failedId, error: ref('errorObject') });
  found.request = { oneOf: METHODS.map((method) => ref(`${method}.request`)) };
  found.answer = { anyOf: METHODS.map((method) => ref(`${method}.answer`)) };
  found.fromClient = ref('request');
  found.fromVault = { anyOf: [ref('answer'), ref('failure'), ref('notification')] };
  return found;
}

/** docs/protocol/schema.json. */
export function buildSchema(): Json {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Messages of Castkey's wire protocol, version ${PROTOCOL_VERSION}`,
    description:
      'One message a line. docs/protocol.md explains it under “Schema”. Renew with: npx vitest run --project contract test/contract/schema -u',
    anyOf: [ref('fromClient'), ref('fromVault')],
    $defs: definitions(),
  };
}
