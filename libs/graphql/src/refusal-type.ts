import { Field, InterfaceType, ObjectType } from '@nestjs/graphql';

import type { DomainError } from '#libs/foundation';

export type RefusalClass = abstract new (...args: never[]) => DomainError;

@InterfaceType('UserError', {
  description: 'A refusal that the caller can act on. Nothing was changed.',
  resolveType: (value: { __typename: string }) => value.__typename,
})
export abstract class UserErrorInterface {
  @Field(() => String, { description: 'Permanent name of the refusal' })
  readonly code!: string;

  @Field(() => String, { description: 'What was refused and why, for a person to read' })
  readonly message!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The input field it is about, such as `shares[0].weight`',
  })
  readonly path!: string | null;

  @Field(() => String, { nullable: true, description: 'The rule or the article it rests on' })
  readonly rule!: string | null;
}

const made = new Map<RefusalClass, typeof UserErrorInterface>();

/** The object type that shows a refusal in the schema, under the refusal's own name. One for each class. */
export function refusalType(refusal: RefusalClass): typeof UserErrorInterface {
  let type = made.get(refusal);
  if (!type) {
    @ObjectType(refusal.name, {
      implements: () => UserErrorInterface,
      description: `The refusal ${refusal.name}`,
    })
    class Refusal extends UserErrorInterface {}
    type = Refusal;
    made.set(refusal, type);
  }
  return type;
}
