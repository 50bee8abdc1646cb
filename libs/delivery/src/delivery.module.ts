import { Module } from '@nestjs/common';

import { DeliveryResolver } from './delivery.resolver.ts';
import { DeliveryService } from './delivery.service.ts';
import { InvocationLane } from './invocation-lane.ts';

/** Answers calls: decides, charges, answers and signs, and never hands out data beyond a grant. */
@Module({ providers: [InvocationLane, DeliveryService, DeliveryResolver], exports: [DeliveryService] })
export class DeliveryModule {}
