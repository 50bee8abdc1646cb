import {
  type ArgumentMetadata,
  type PipeTransform,
  type ValidationError,
  ValidationPipe,
} from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';

import { InvalidInput } from '#libs/foundation';

/**
 * Checks what comes in by its class-validator rules; the first that is broken is named with its place. Text that the
 * database cannot keep (a zero character, half of a surrogate pair) is refused wherever it stands, and white space alone
 * wherever a text has a `Length` of one at least. `MinLength` asks for characters of any kind, as passwords have.
 */
class InputPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // What comes from a decorator of ours was not sent.
    if (metadata.type === 'custom') return value;
    mustBeStorable(value, metadata.data ?? '');
    const input: unknown = await super.transform(value, metadata);
    mustNotBeBlank(input);
    return input;
  }
}

export function inputPipe(): PipeTransform {
  return new InputPipe({
    transform: true,
    stopAtFirstError: true,
    validationError: { target: true, value: true },
    exceptionFactory: (errors: readonly ValidationError[]) => refusalOf(errors[0]),
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

/** @param isText whether it is what a `Length` of one at least is asked of */
function mustNotBeBlank(value: unknown, path = '', isText = false): void {
  if (isText && typeof value === 'string' && value.trim() === '')
    throw new InvalidInput(path, 'must not be blank');
  if (Array.isArray(value))
    value.forEach((item, i) => {
      mustNotBeBlank(item, `${path}[${i}]`, isText);
    });
  else if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    const texts = checksOf(value).filter(
      ({ name, constraints }) => name === 'isLength' && constraints[0] > 0,
    );
    for (const [name, member] of Object.entries(value))
      mustNotBeBlank(
        member,
        path === '' ? name : `${path}.${name}`,
        texts.some(({ propertyName }) => propertyName === name),
      );
  }
}

/** The checks of class-validator in the words of the exchange, by name. */
const RULES: Readonly<Partial<Record<string, (...limits: readonly number[]) => string>>> = {
  isLength: (least, most) => `must be ${least} to ${most} characters`,
  minLength: (least) => `must be ${least} characters at least`,
  maxLength: (most) => `must be ${most} characters at most`,
  min: (least) => `must be ${least} at least`,
  max: (most) => `must be ${most} at most`,
  arrayNotEmpty: () => 'must not be empty',
  arrayMinSize: (least) => `must hold ${least} at least`,
  arrayMaxSize: (most) => `must hold ${most} at most`,
  arrayUnique: () => 'must not hold the same twice',
};

function refusalOf(error: ValidationError | undefined, parent = ''): InvalidInput {
  const { property = 'input', target, children = [], constraints = {} } = error ?? {};
  const value: unknown = error?.value;
  const isIndex = /^\d+$/.test(property);
  const path = parent === '' ? property : isIndex ? `${parent}[${property}]` : `${parent}.${property}`;
  if (children[0]) return refusalOf(children[0], path);
  const [name = '', said = 'is not valid'] = Object.entries(constraints)[0] ?? [];
  const check = checksOf(target).find((of) => of.propertyName === property && of.name === name);
  const broken = check?.each && Array.isArray(value) ? value.findIndex((item) => !passes(item, check)) : -1;
  const limits = (check?.constraints ?? []) as readonly number[];
  const rule = check?.message === undefined ? RULES[name]?.(...limits) : undefined;
  return new InvalidInput(
    broken < 0 ? path : `${path}[${broken}]`,
    rule ?? said.replace(/^.* must /, 'must '),
  );
}

type Check = ReturnType<typeof checksOf>[number];

function checksOf(target: object | undefined) {
  return target
    ? getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false)
    : [];
}

/** Whether an item of a list passes what each of them must. */
function passes(item: unknown, check: Check): boolean {
  const told = { value: item, constraints: check.constraints, targetName: '', object: {}, property: '' };
  return getMetadataStorage()
    .getTargetValidatorConstraints(check.constraintCls)
    .every(({ instance }) => instance.validate(item, told) === true);
}
