import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { MaxLength } from 'class-validator';

import type { Materials } from './materials.ts';

const description =
  'The seven groups of materials (Art. 9); a draft may leave groups empty, a submission may not';

/** Goes in and comes out alike. */
@InputType('MaterialsInput', { description })
@ObjectType('Materials', { description })
export class MaterialsObject implements Materials {
  @MaxLength(2000)
  @Field(() => String, { defaultValue: '', description: '主体信息' })
  readonly subject!: string;

  @MaxLength(2000)
  @Field(() => String, { defaultValue: '', description: '数据合法合规性来源' })
  readonly lawfulSource!: string;

  @MaxLength(2000)
  @Field(() => String, { defaultValue: '', description: '数据资源情况' })
  readonly resource!: string;

  @MaxLength(2000)
  @Field(() => String, { defaultValue: '', description: '存证情况' })
  readonly evidence!: string;

  @MaxLength(2000)
  @Field(() => String, { defaultValue: '', description: '产品和服务信息' })
  readonly productsAndServices!: string;

  @MaxLength(2000)
  @Field(() => String, { defaultValue: '', description: '应用场景信息' })
  readonly scenarios!: string;

  @MaxLength(2000)
  @Field(() => String, { defaultValue: '', description: '数据安全风险评估' })
  readonly riskAssessment!: string;
}
