import { type ArgumentMetadata, type PipeTransform, ValidationPipe } from '@nestjs/common';

import { InvalidInput } from '#libs/foundation';

interface Fault {
  readonly property: string;
  readonly constraints?: Readonly<Record<string, string>>;
  readonly children?: readonly Fault[];
}

/**
 * Checks what comes in by its class-validator rules; the first that is broken is named with its place. Text that the
 * database cannot keep (a zero character, half of a surrogate pair) is refused wherever it stands.
 */
class InputPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // What comes from a decorator of ours was not sent.
    if (metadata.type === 'custom') return value;
    mustBeStorable(value, metadata.data ?? '');
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

export function inputPipe(): PipeTransform {
  return new InputPipe({
    transform: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => refusalOf(errors[0]),
  });
}

function mustBeStorable(value: unknown, path: string): void {
  if (typeof value === 'string' && /\0|\p{Surrogate}/u.test(value))
    throw new InvalidInput(path, 'must be text without zero characters and broken surrogates');
  if (Array.isArray(value))
    value.forEach((item, i) => {
      mustBeStorable(item, `${path}[${i}]`);
    });
  else if (typeof value === 'object' && value !== null && !(value instanceof Date))
    for (const [name, member] of Object.entries(value))
      mustBeStorable(member, path === '' || path === 'input' ? name : `${path}.${name}`);
}

function refusalOf(error: Fault | undefined, parent = ''): InvalidInput {
  const name = error?.property ?? 'input';
  const isIndex = /^\d+$/.test(name);
  const path = parent === '' ? name : isIndex ? `${parent}[${name}]` : `${parent}.${name}`;
  if (error?.children?.[0]) return refusalOf(error.children[0], path);
  const [rule = 'is not valid'] = Object.values(error?.constraints ?? {});
  return new InvalidInput(path, rule.startsWith(`${name} `) ? rule.slice(name.length + 1) : rule);
}
