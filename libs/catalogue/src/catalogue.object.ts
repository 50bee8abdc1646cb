import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf, GraphQLDecimal, GraphQLInstant, GraphQLUuid } from '#libs/graphql';

import { Operator, ProductKind } from './product-kind.ts';

registerEnumType(ProductKind, {
  name: 'ProductKind',
  description: 'How a product answers',
  valuesMap: {
    FIELD_QUERY: { description: 'Named fields of the one row that the key names' },
    CONCLUSION: { description: 'One declared conclusion; no field leaves' },
  },
});
registerEnumType(Operator, {
  name: 'Operator',
  description: 'How a condition compares its column with its value',
  valuesMap: {
    EQ: { description: 'is equal' },
    NE: { description: 'is not equal' },
    LT: { description: 'is below' },
    LE: { description: 'is at most' },
    GT: { description: 'is above' },
    GE: { description: 'is at least' },
    IS_NULL: { description: 'is empty; takes no value' },
  },
});

@ObjectType('ProductProvider', { description: 'Who supplies the data of a product' })
export class ProductProviderObject {
  @Field(() => GraphQLUuid, { description: 'The party’s id' })
  readonly id!: string;

  @Field(() => String, { description: 'Its name' })
  readonly name!: string;
}

@ObjectType('Listing', { description: '挂牌: a product offered at a price' })
export class ListingObject {
  @Field(() => GraphQLUuid, { description: 'The listing’s id; what an access request names' })
  readonly id!: string;

  @Field(() => GraphQLDecimal, { description: 'Price of one answered call, in units of the currency' })
  readonly pricePerCall!: string;

  @Field(() => String, { description: 'ISO 4217' })
  readonly currency!: string;
}

@ObjectType('Product', { description: '数据产品: a declared question over a registered asset' })
export class ProductObject {
  @Field(() => GraphQLUuid, { description: 'The product’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The asset it is made of' })
  readonly assetId!: string;

  @Field(() => String, { description: 'Code of its zone' })
  readonly zoneCode!: string;

  @Field(() => ProductKind, { description: 'How it answers' })
  readonly kind!: ProductKind;

  @Field(() => String, { description: 'Its name' })
  readonly name!: string;

  @Field(() => String, { description: 'What it is for' })
  readonly description!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'The fields that may be asked; null for a conclusion',
  })
  readonly fields!: string[] | null;

  @Field(() => Boolean, { description: 'Each call needs the live consent of the person it is about' })
  readonly demandsConsent!: boolean;

  @Field(() => ProductProviderObject, { description: 'Who supplies its data' })
  readonly provider!: ProductProviderObject;

  @Field(() => ListingObject, { nullable: true, description: 'Its price; null while it is not listed' })
  readonly listing!: ListingObject | null;

  @Field(() => GraphQLInstant, { description: 'When it was declared' })
  readonly declaredAt!: Date;
}

export const ProductConnection = connectionOf('Product', ProductObject);
