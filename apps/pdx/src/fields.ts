import { InvalidInput } from '#libs/foundation';

type Fields<Name extends string> = Readonly<Record<Name, unknown>>;

/** The members of a JSON object that has exactly these. @throws InvalidInput naming the path that is wrong */
export function fieldsOf<Name extends string>(
  value: unknown,
  names: readonly Name[],
  path = '',
): Fields<Name> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidInput(path || '$', 'must be an object');
  const at = (name: string) => (path ? `${path}.${name}` : name);
  for (const name of names) if (!Object.hasOwn(value, name)) throw new InvalidInput(at(name), 'is missing');
  for (const name of Object.keys(value))
    if (!names.some((known) => known === name)) throw new InvalidInput(at(name), 'is not known here');
  return value as Fields<Name>;
}

/** A text. @throws InvalidInput */
export function textOf(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new InvalidInput(path, 'must be a string');
  return value;
}

/** A list. @throws InvalidInput */
export function listOf(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new InvalidInput(path, 'must be a list');
  return value as unknown[];
}

/** A whole number of zero or more, as a JSON number or a decimal string. @throws InvalidInput */
export function countOf(value: unknown, path: string): bigint {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^\d{1,18}$/.test(text))
    throw new InvalidInput(path, 'must be a whole number');
  return BigInt(text);
}

/** 32 bytes in hex or base64. @throws InvalidInput */
export function hashOf(value: unknown, path: string): Buffer {
  const text = textOf(value, path);
  const hash = Buffer.from(text, /^[0-9a-fA-F]{64}$/.test(text) ? 'hex' : 'base64');
  if (hash.length !== 32) throw new InvalidInput(path, 'must be 32 bytes in hex or base64');
  return hash;
}

export const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
