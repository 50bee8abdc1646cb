import { ValidationPipe } from '@nestjs/common';

import { InvalidInput } from '#libs/foundation';

interface Fault {
  readonly property: string;
  readonly constraints?: Readonly<Record<string, string>>;
  readonly children?: readonly Fault[];
}

/** Checks what comes in by its class-validator rules; the first that is broken is named with its place. */
export function inputPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => refusalOf(errors[0]),
  });
}

function refusalOf(error: Fault | undefined, parent = ''): InvalidInput {
  const name = error?.property ?? 'input';
  const isIndex = /^\d+$/.test(name);
  const path = parent === '' ? name : isIndex ? `${parent}[${name}]` : `${parent}.${name}`;
  if (error?.children?.[0]) return refusalOf(error.children[0], path);
  const [rule = 'is not valid'] = Object.values(error?.constraints ?? {});
  return new InvalidInput(path, rule.startsWith(`${name} `) ? rule.slice(name.length + 1) : rule);
}
