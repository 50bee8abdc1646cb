import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsOptional,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

import { NAME_LENGTH, OVERVIEW_LENGTH } from '#libs/asset';
import { GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

import {
  AcquisitionBasis,
  type AnnexForm,
  DataClass,
  DataLevel,
  DataMedium,
  DataSource,
  DataStructure,
  RegionScope,
  RightKind,
  type RightShare,
  UpdateFrequency,
} from './annex-form.ts';

export const VALID_YEARS = { message: 'must be 1 to 5 (国数综政策〔2026〕35号 Art. 26)' };

registerEnumType(DataSource, {
  name: 'DataSource',
  description: '数据来源 (Annex 1)',
  valuesMap: {
    COLLECTED: { description: '采集生成' },
    CRAWLED: { description: '通过自动化程序收集公开数据' },
    AGREED: { description: '协议取得' },
    DERIVED: { description: '衍生创造' },
  },
});
registerEnumType(AcquisitionBasis, {
  name: 'AcquisitionBasis',
  description: 'How the data came to the holder, which decides on the rights there can be (Art. 21)',
  valuesMap: {
    OWN_COLLECTION: { description: 'Own collection: all three rights' },
    COMMISSIONED: { description: 'Commissioned by contract: all three rights' },
    NATURAL_PERSON: { description: 'From natural persons, lawfully: all three rights' },
    PUBLIC_CRAWLING: {
      description:
        'Crawled public data: 持有 and 使用; 经营 only where it does not take the place of its source',
    },
    JOINT_FUSION: {
      description: 'Fused together without a contract: 持有 and 使用; 经营 with the others’ consent',
    },
    DERIVED: { description: 'Derived data: all three rights' },
    ENTRUSTED_PROCESSING: { description: 'Processed for another: none, unless law or contract says so' },
  },
});
registerEnumType(RightKind, {
  name: 'RightKind',
  description: 'The three rights, independent of each other and not exclusive (Art. 3)',
  valuesMap: {
    HOLD: { description: '持有权' },
    USE: { description: '使用权' },
    OPERATE: { description: '经营权' },
  },
});
registerEnumType(DataClass, {
  name: 'DataClass',
  description: 'What kind of body’s data they are (Art. 15)',
  valuesMap: {
    GOVERNMENT_PERFORMANCE: { description: '党政机关履职数据: not registered here' },
    AUTHORISED_OPERATION: { description: '授权运营产品: after registration as a public data resource' },
    PUBLIC_UTILITY: { description: '公用事业服务数据' },
    OTHER: { description: 'Of anybody else' },
  },
});
registerEnumType(DataLevel, {
  name: 'DataLevel',
  description: '数据分级, the highest that applies',
  valuesMap: {
    GENERAL: { description: '一般数据' },
    IMPORTANT: { description: '重要数据' },
    CORE: { description: '核心数据: not registered' },
  },
});
registerEnumType(RegionScope, {
  name: 'RegionScope',
  description: '地域范围 (Annex 1)',
  valuesMap: {
    INTERNATIONAL: { description: '国际' },
    NATIONAL: { description: '全国' },
    PROVINCIAL: { description: '省级' },
    MUNICIPAL: { description: '市级' },
    COUNTY: { description: '区县级' },
    BELOW_COUNTY: { description: '区县级以下' },
  },
});
registerEnumType(UpdateFrequency, {
  name: 'UpdateFrequency',
  description: '更新频率 (Annex 1)',
  valuesMap: {
    DAILY: { description: '按天' },
    WEEKLY: { description: '按周' },
    MONTHLY: { description: '按月' },
    YEARLY: { description: '按年' },
    ON_DEMAND: { description: '按需' },
    REAL_TIME: { description: '实时' },
    OTHER: { description: '其他' },
  },
});
registerEnumType(DataMedium, {
  name: 'DataMedium',
  description: '数据形态 (Annex 1): what it is',
  valuesMap: {
    IMAGE: { description: '图片' },
    TEXT: { description: '文本' },
    VIDEO: { description: '视频' },
    AUDIO: { description: '音频' },
    TABLE: { description: '表格' },
    OTHER: { description: '其他' },
  },
});
registerEnumType(DataStructure, {
  name: 'DataStructure',
  description: '数据形态 (Annex 1): how it is ordered',
  valuesMap: {
    STRUCTURED: { description: '结构化' },
    SEMI_STRUCTURED: { description: '半结构化' },
    UNSTRUCTURED: { description: '非结构化' },
  },
});

/** Goes in and comes out alike. */
@InputType('RightShareInput', { description: '权利配置说明: what one holder has' })
@ObjectType('RightShare', { description: '权利配置说明: what one holder has' })
export class RightShareObject implements RightShare {
  @Field(() => GraphQLUuid, { description: 'The holder, a party' })
  readonly holderId!: string;

  @ArrayMinSize(1)
  @ArrayMaxSize(3)
  @Field(() => [RightKind], { description: 'Which rights' })
  readonly kinds!: RightKind[];

  @IsOptional()
  @Field(() => GraphQLLegalDate, {
    nullable: true,
    description: 'Their last day; null: as long as the registration',
  })
  readonly until: string | null = null;

  @IsOptional()
  @Length(1, 400)
  @Field(() => String, { nullable: true, description: '限制; null: none of its own' })
  readonly limits: string | null = null;
}

/** Goes in and comes out alike. */
@InputType('AnnexFormInput', { description: '初次登记申请表 (Annex 1)' })
@ObjectType('AnnexForm', { description: '初次登记申请表 (Annex 1)' })
export class AnnexFormObject implements AnnexForm {
  @Length(1, 50)
  @Field(() => String, { description: '联系人' })
  readonly contactPerson!: string;

  @Length(1, 30)
  @Field(() => String, { description: '联系电话' })
  readonly contactPhone!: string;

  @Length(1, 200)
  @Field(() => String, { description: '联系地址' })
  readonly contactAddress!: string;

  @MaxLength(1000)
  @Field(() => String, { defaultValue: '', description: '经营情况' })
  readonly business!: string;

  @Length(1, 40, NAME_LENGTH)
  @Field(() => String, { description: '数据名称: 时间、地域、行业、内容、数据类型, 40 characters at most' })
  readonly name!: string;

  @Length(1, 400, OVERVIEW_LENGTH)
  @Field(() => String, { description: '数据概述, 400 characters at most' })
  readonly overview!: string;

  @Field(() => String, { description: '所属行业: GB/T 4754-2017, section and class, such as J66' })
  readonly industry!: string;

  @Field(() => DataSource, { description: '数据来源' })
  readonly source!: DataSource;

  @Field(() => AcquisitionBasis, { description: 'What the rights rest on (Art. 21)' })
  readonly basis!: AcquisitionBasis;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Crawled data only: whether the product takes the place of its source (Art. 21)',
  })
  readonly isSubstituteForSource!: boolean;

  @IsOptional()
  @Length(1, 400)
  @Field(() => String, {
    nullable: true,
    description: 'The law, contract or consent that gives the rights, where Art. 21 asks for one',
  })
  readonly rightsGround: string | null = null;

  @Field(() => DataClass, { defaultValue: DataClass.OTHER, description: 'Whose data they are (Art. 15)' })
  readonly dataClass!: DataClass;

  @Field(() => DataLevel, { description: '数据分级' })
  readonly level!: DataLevel;

  @Field(() => RegionScope, { description: '地域范围' })
  readonly regionScope!: RegionScope;

  @IsOptional()
  @Matches(/^\d{2}(\d{2}(\d{2})?)?$/, { message: 'must be 2, 4 or 6 digits' })
  @Field(() => String, {
    nullable: true,
    description:
      'Administrative division code (GB/T 2260): of a province 2 digits, of a city 4, of a county, or below one, 6; null beyond one province',
  })
  readonly regionCode: string | null = null;

  @Field(() => GraphQLLegalDate, { description: '时域范围: from' })
  readonly periodFrom!: string;

  @Field(() => GraphQLLegalDate, { description: '时域范围: to' })
  readonly periodTo!: string;

  @Field(() => UpdateFrequency, { description: '更新频率' })
  readonly updateFrequency!: UpdateFrequency;

  @Matches(/^\d{1,18}$/, { message: 'must be a whole number of 18 digits at most' })
  @Field(() => String, { description: '数据量: number of records' })
  readonly recordCount!: string;

  @Matches(/^\d{1,18}$/, { message: 'must be a whole number of 18 digits at most' })
  @Field(() => String, { description: '数据量: bytes' })
  readonly byteSize!: string;

  @Field(() => DataMedium, { description: '数据形态: what it is' })
  readonly medium!: DataMedium;

  @Field(() => DataStructure, { description: '数据形态: how it is ordered' })
  readonly structure!: DataStructure;

  @Length(1, 1000)
  @Field(() => String, {
    defaultValue: '无',
    description: '限制范围: buyers, qualification, environment, region, resale, export; or 无',
  })
  readonly limits!: string;

  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => RightShareObject)
  @Field(() => [RightShareObject], { description: '权利配置说明' })
  readonly rights!: RightShareObject[];

  @Min(1, VALID_YEARS)
  @Max(5, VALID_YEARS)
  @Field(() => Int, { description: 'For how many years, 1 to 5 (Art. 26)' })
  readonly validYears!: number;
}
