/** Makes a value that a JSON schema allows. Knows only the parts of JSON schema that the API's contracts use. */
export interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  format?: string;
  minimum?: number;
  minItems?: number;
  minLength?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
}

const ID = '019b76db-9260-70cb-8553-f07142032dac';
const TEXTS: Readonly<Record<string, string>> = {
  uuid: ID,
  'date-time': '2026-11-29T12:00:00.000Z',
  uri: 'https://example.org/',
  email: 'ann@example.org',
};

export function valueOf(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  const choice = schema.enum?.[0] ?? undefined;
  if (choice !== undefined) return choice;
  const [variant] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (variant) return valueOf(variant);
  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, inner]) => [key, valueOf(inner)]));
    case 'array':
      return Array.from({ length: schema.minItems ?? 1 }, () => valueOf(schema.items ?? {}));
    case 'number':
    case 'integer':
      return Math.max(0, schema.minimum ?? 0);
    case 'boolean':
      return true;
    case 'string':
      return TEXTS[schema.format ?? ''] ?? 'a'.repeat(Math.max(1, schema.minLength ?? 1));
    default:
      return null;
  }
}
