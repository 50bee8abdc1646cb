import { Args, Mutation, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import { type Actor, AllowedTo, CurrentActor, declareResult, Role } from '#libs/graphql';

import * as refusals from './delivery.errors.ts';
import { DeliveryObject, InvokeInput } from './delivery.object.ts';
import { type Delivery, DeliveryService } from './delivery.service.ts';

const InvokeResult = declareResult('InvokeResult', DeliveryObject, [
  InvalidInput,
  ClientIdReused,
  refusals.UsageGrantNotFound,
  refusals.UsageGrantFrozen,
  refusals.UsageGrantNotYetValid,
  refusals.UsageGrantExpired,
  refusals.UsageQuotaExceeded,
  refusals.PurposeNotGranted,
  refusals.FieldNotGranted,
  refusals.ConsentMissing,
  refusals.SubjectNotFound,
  refusals.GatewayBusy,
]);

const shown = ({ receipt, ...delivery }: Delivery) => ({
  ...delivery,
  receipt: receipt.document,
  receiptSignature: receipt.signature.toString('base64'),
});

@Resolver()
export class DeliveryResolver {
  constructor(private readonly delivery: DeliveryService) {}

  @AllowedTo(Role.INSTITUTION_USER)
  @Mutation(() => InvokeResult, {
    description: 'Calls a product under a usage grant. Only an answer is charged, once for each client id.',
  })
  invoke(@CurrentActor() actor: Actor, @Args('input') input: InvokeInput) {
    const { clientId, usageGrantId, subject, purpose, fields } = input;
    const call = { clientId, usageGrantId, subject, purpose, fields: fields ?? null };
    return this.delivery.invoke(actor, call).then(shown);
  }
}
