import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsOptional,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';

import { GraphQLUuid } from '#libs/graphql';

import { FilePart } from './inspection/file-inspection-request.entity.ts';

const clientId = 'Chosen by you; the same id sent again changes nothing';

@InputType({ description: 'A file of a registry to see, as an interested party' })
export class RequestFileInspectionInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { nullable: true, description: 'The application; or give the query code' })
  readonly registrationId!: string | null;

  @IsOptional()
  @Length(1, 40)
  @Field(() => String, { nullable: true, description: '查询码 of the certificate; or give the application' })
  readonly queryCode!: string | null;

  @Length(1, 1000)
  @Field(() => String, { description: '利害关系: what the file is to your party' })
  readonly interest!: string;

  @Length(1, 200)
  @Field(() => String, { description: '查询目的: what it will be used for, and nothing else (Art. 30)' })
  readonly purpose!: string;

  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @ArrayUnique()
  @Field(() => [GraphQLUuid], {
    description: 'What shows the interest: files your party has sent to /uploads',
  })
  readonly evidenceUploadIds!: string[];
}

@InputType({ description: 'A decision on a request to see a file' })
export class DecideFileInspectionInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The request' })
  readonly requestId!: string;

  @Field(() => Boolean, { description: 'Whether the file is opened' })
  readonly isGranted!: boolean;

  @Min(1)
  @Max(30)
  @IsOptional()
  @Field(() => Int, {
    nullable: true,
    description: 'If granted: for how many days, 1 to 30, today not counted; it closes with the last one',
  })
  readonly days!: number | null;

  @ArrayUnique()
  @ArrayMaxSize(4)
  @IsOptional()
  @Field(() => [FilePart], {
    nullable: true,
    description: 'If granted: which parts, those that are necessary',
  })
  readonly parts!: FilePart[] | null;

  @Length(1, 2000)
  @Field(() => String, { description: 'The reasons' })
  readonly reason!: string;
}

@ArgsType()
export class RegistrationFileArgs {
  @Field(() => GraphQLUuid, { description: 'The application whose file it is' })
  readonly registrationId!: string;

  @Length(1, 200)
  @Field(() => String, { description: '查询目的: what you look for; it is noted with the look (Art. 30)' })
  readonly purpose!: string;
}

@InputType({ description: 'A yearly report to prepare' })
export class PrepareYearlyReportInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Min(2000)
  @Max(2099)
  @Field(() => Int, { description: 'The year that is over' })
  readonly year!: number;

  @Length(1, 20_000)
  @Field(() => String, { description: 'What there is to say besides the figures' })
  readonly text!: string;
}

@InputType({ description: 'A yearly report to submit' })
export class SubmitYearlyReportInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Min(2000)
  @Max(2099)
  @Field(() => Int, { description: 'The year that is over' })
  readonly year!: number;

  @Matches(/^[0-9a-f]{64}$/, { message: 'must be 64 digits of 0-9 a-f' })
  @Field(() => String, { description: 'SHA-256 of the document as you have read it, hex' })
  readonly sha256!: string;
}
