import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { EvidenceNotFound, shownCertificate } from '#libs/asset';
import { ClientIdReused } from '#libs/audit';
import { canonicalJson, InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToSignedIn,
  type BatchRead,
  CurrentActor,
  CurrentRequest,
  declareResult,
  GraphQLUuid,
  idAfter,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
  sortKeyAfter,
} from '#libs/graphql';

import {
  FileNotFound,
  FileOpenAnyway,
  InspectionRequestedAlready,
  InspectionRequestNotFound,
} from '../registry-office.errors.ts';
import {
  DecideFileInspectionInput,
  RegistrationFileArgs,
  RequestFileInspectionInput,
} from '../registry-office.input.ts';
import {
  FileInspectionRequestConnection,
  FileInspectionRequestObject,
  FileLookConnection,
  InspectionInterestObject,
  RegistrationFileObject,
} from '../registry-office.object.ts';
import { FileInspectionState } from './file-inspection-request.entity.ts';
import { InspectionService } from './inspection.service.ts';
import { type RegistrationFile, RegistrationFileService } from './registration-file.service.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const RequestFileInspectionResult = declareResult(
  'RequestFileInspectionResult',
  FileInspectionRequestObject,
  [
    ...[InvalidInput, ClientIdReused, EvidenceNotFound],
    ...[FileNotFound, FileOpenAnyway, InspectionRequestedAlready],
  ],
);
const DecideFileInspectionResult = declareResult('DecideFileInspectionResult', FileInspectionRequestObject, [
  ...[InvalidInput, ClientIdReused],
  ...[InspectionRequestNotFound],
]);

const shown = ({ application, certificates, registerEntries, ...file }: RegistrationFile) => ({
  ...file,
  application: application && {
    ...application,
    materialsJson: application.materials && canonicalJson(application.materials),
    formJson: application.form && canonicalJson(application.form),
  },
  certificates: certificates.map(shownCertificate),
  registerEntries: registerEntries.map((entry) =>
    Object.assign(entry, { factsJson: entry.facts && canonicalJson(entry.facts) }),
  ),
});

@Resolver(() => FileInspectionRequestObject)
export class InspectionResolver {
  constructor(
    private readonly inspections: InspectionService,
    private readonly files: RegistrationFileService,
  ) {}

  private readonly interestByRequest: BatchRead<readonly { uploadId: string; sha256: string }[]> = async (
    ids,
    actor,
  ) => {
    const found = await this.inspections.interestOf(actor, ids);
    return ids.map((id) =>
      found
        .filter(({ requestId }) => requestId === id)
        .map(({ uploadId, sha256 }) => ({ uploadId, sha256: sha256.toString('hex') })),
    );
  };

  @AllowedToSignedIn()
  @Query(() => RegistrationFileObject, {
    nullable: true,
    description:
      'The file of an application, for its applicant, joint holders, registry, a regulator, and interested parties while it is open to them (B Art. 30). Every look is noted',
  })
  async registrationFile(
    @CurrentActor() actor: Actor,
    @Args() { registrationId, purpose }: RegistrationFileArgs,
  ) {
    const file = await this.files.look(actor, registrationId, purpose);
    return file && shown(file);
  }

  @AllowedToSignedIn()
  @Query(() => FileLookConnection, {
    name: 'fileInspections',
    description: 'Who has looked at a file, oldest first; for its owners, its registry and a regulator',
  })
  async listLooks(
    @CurrentActor() actor: Actor,
    @Args('registrationId', { type: () => GraphQLUuid, description: 'The application whose file it is' })
    registrationId: string,
    @Args() { first, after }: PageArgs,
  ) {
    const [at, id] = sortKeyAfter(after, 2) ?? [];
    const isKey = at === undefined || id === undefined || (INSTANT.test(at) && UUID.test(id));
    if (!isKey || Number.isNaN(Date.parse(at ?? '2000-01-01')))
      throw new InvalidInput('after', 'must be a cursor of this list');
    const found = await this.inspections.listLooks(actor, registrationId, first, at && id ? [at, id] : null);
    return pageOf(found, first, (look) => [look.lookedAt.toISOString(), look.id]);
  }

  @AllowedToSignedIn()
  @Query(() => FileInspectionRequestConnection, {
    name: 'fileInspectionRequests',
    description: 'The requests to see a file that your party has made or decides, oldest first',
  })
  async listRequests(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('state', { type: () => FileInspectionState, nullable: true, description: 'In this state only' })
    state: FileInspectionState | null,
  ) {
    const found = await this.inspections.list(actor, state ?? null, first, idAfter(after));
    return pageOf(found, first, ({ id }) => [id]);
  }

  @ResolveField('evidence', () => [InspectionInterestObject], { description: 'What shows the interest' })
  evidenceOf(@Parent() { id }: FileInspectionRequestObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.interestByRequest, id);
  }

  @AllowedTo(
    ...[Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE, Role.INSTITUTION_USER],
    ...[Role.DATA_SUBJECT, Role.OPERATOR],
  )
  @Mutation(() => RequestFileInspectionResult, {
    description:
      'Asks to see the file of what is or was on public notice, or has a certificate, as an interested party',
  })
  requestFileInspection(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, queryCode, ...rest }: RequestFileInspectionInput,
  ) {
    const input = { ...rest, registrationId: registrationId ?? null, queryCode: queryCode ?? null };
    return this.after(actor, this.inspections.request(actor, clientId, input));
  }

  @AllowedTo(Role.REGISTRY_OFFICER)
  @Mutation(() => DecideFileInspectionResult, {
    description: 'Opens the necessary parts of a file for some days, or declines; with reasons',
  })
  decideFileInspection(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, days, parts, ...rest }: DecideFileInspectionInput,
  ) {
    const decision = { ...rest, days: days ?? null, parts: parts ?? null };
    return this.after(actor, this.inspections.decide(actor, clientId, decision));
  }

  private async after(actor: Actor, done: Promise<string>) {
    return this.inspections.find(actor, await done);
  }
}
