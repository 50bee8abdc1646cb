import { Field, Float, ObjectType, registerEnumType } from '@nestjs/graphql';

import { GraphQLInstant, GraphQLUuid } from '#libs/graphql';

import { OverlapEvidenceKind } from './overlap-evidence.ts';

registerEnumType(OverlapEvidenceKind, {
  name: 'OverlapEvidenceKind',
  description: 'What a piece of evidence for an overlap is about',
  valuesMap: {
    NAME: { description: 'The names' },
    COLUMN: { description: 'A column of each' },
    ROWS: { description: 'The rows, whatever the order of rows and columns' },
  },
});

@ObjectType('OverlapEvidence', { description: 'What speaks for an overlap' })
export class OverlapEvidenceObject {
  @Field(() => OverlapEvidenceKind, { description: 'What it is about' })
  readonly kind!: OverlapEvidenceKind;

  @Field(() => String, { description: 'In words, Chinese' })
  readonly text!: string;

  @Field(() => String, { description: 'The application’s: name, column, or how many different rows' })
  readonly own!: string;

  @Field(() => String, { description: 'The other’s' })
  readonly theirs!: string;

  @Field(() => Float, { description: 'How alike they are, 0 to 1' })
  readonly score!: number;
}

@ObjectType('LikelyOverlap', {
  description:
    'What an application may be a duplicate of: registered, or under way at the same registry. How it is weighed is this exchange’s own.',
})
export class LikelyOverlapObject {
  @Field(() => GraphQLUuid, {
    nullable: true,
    description:
      'The other application: the one under way at the same registry, else the one registered last',
  })
  readonly registrationId!: string | null;

  @Field(() => String, { description: 'What the other is, or would be, registered as' })
  readonly name!: string;

  @Field(() => Float, { description: 'How likely it is the same, 0 to 1; the same content is 1' })
  readonly score!: number;

  @Field(() => Float, { description: 'How alike the names are, 0 to 1' })
  readonly nameScore!: number;

  @Field(() => Float, { description: 'How alike the columns are by name and type, 0 to 1' })
  readonly schemaScore!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'How much of the content is the same, 0 to 1, estimated; null: one of them has no content sketch',
  })
  readonly contentScore!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'How much of one content lies in the other, the larger of both ways, 0 to 1, estimated',
  })
  readonly containment!: number | null;

  @Field(() => [OverlapEvidenceObject], { description: 'What speaks for it' })
  readonly evidence!: readonly OverlapEvidenceObject[];

  /** Not shown as such: what `asset` and `provider` are found by. */
  readonly assetId!: string;
  readonly providerId!: string;
}

@ObjectType('OverlappingAsset', { description: 'An asset that an accepted application overlapped with' })
export class OverlappingAssetObject {
  @Field(() => GraphQLUuid, { description: 'The asset' })
  readonly assetId!: string;

  @Field(() => Float, { description: 'How likely it was the same, 0 to 1' })
  readonly score!: number;
}

@ObjectType('OverlapExplanation', {
  description: 'Why an application was accepted although it overlaps strongly with what was there',
})
export class OverlapExplanationObject {
  @Field(() => String, { description: 'The officer’s reason' })
  readonly reason!: string;

  @Field(() => [OverlappingAssetObject], { description: 'What it overlapped with then' })
  readonly overlapping!: readonly OverlappingAssetObject[];

  @Field(() => GraphQLUuid, { description: 'The officer' })
  readonly explainedBy!: string;

  @Field(() => GraphQLInstant, { description: 'When' })
  readonly explainedAt!: Date;
}
