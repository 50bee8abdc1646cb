import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';

import { ClientIdReused, NotAPerson } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToSignedIn,
  CurrentActor,
  declareResult,
  GraphQLUuid,
  idAfter,
  PageArgs,
  pageOf,
  Role,
} from '#libs/graphql';

import { QualificationNotFound, QualificationNumberTaken } from './qualification.errors.ts';
import {
  EndQualificationInput,
  QualificationConnection,
  QualificationObject,
  RecordQualificationInput,
} from './qualification.object.ts';
import { QualificationService } from './qualification.service.ts';

const always = [InvalidInput, ClientIdReused, NotAPerson];
const RecordQualificationResult = declareResult('RecordQualificationResult', QualificationObject, [
  ...always,
  QualificationNumberTaken,
]);
const EndQualificationResult = declareResult('EndQualificationResult', QualificationObject, [
  ...always,
  QualificationNotFound,
]);

@Resolver(() => QualificationObject)
export class QualificationResolver {
  constructor(private readonly qualifications: QualificationService) {}

  @AllowedToSignedIn()
  @Query(() => QualificationConnection, {
    name: 'appraisalQualifications',
    description: 'Who may appraise, and by what, oldest first; what has ended stays (资产评估法 Art. 10, 16)',
  })
  async listQualifications(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('firmId', { type: () => GraphQLUuid, nullable: true, description: 'Of this firm only' })
    firmId: string | null,
  ) {
    const filter = { firmId: firmId ?? null, first, afterId: idAfter(after) };
    return pageOf(await this.qualifications.list(actor, filter), first, ({ id }) => [id]);
  }

  @AllowedTo(Role.REGISTRY_OFFICER)
  @Mutation(() => RecordQualificationResult, {
    description:
      '登记评估资格: enters the filing of a firm, or what somebody of it is (资产评估法 Art. 8, 16)',
  })
  recordQualification(
    @CurrentActor() actor: Actor,
    @Args('input')
    { clientId, kind, firmId, personId, number, validFrom, validUntil }: RecordQualificationInput,
  ) {
    const given = {
      kind,
      firmId,
      personId: personId ?? null,
      number,
      validFrom,
      validUntil: validUntil ?? null,
    };
    return this.after(actor, this.qualifications.record(actor, clientId, given));
  }

  @AllowedTo(Role.REGISTRY_OFFICER)
  @Mutation(() => EndQualificationResult, {
    description: '注销评估资格: from now on nobody is put in charge, signs or delivers by it',
  })
  endQualification(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, qualificationId, reason }: EndQualificationInput,
  ) {
    return this.after(actor, this.qualifications.end(actor, clientId, qualificationId, reason));
  }

  private async after(actor: Actor, done: Promise<string>) {
    return this.qualifications.find(actor, await done);
  }
}
