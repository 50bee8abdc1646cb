import { Module } from '@nestjs/common';

import { DeliveryModule } from '#libs/delivery';

/** The data plane: calls of products, and nothing else. */
@Module({ imports: [DeliveryModule] })
export class GatewayModule {}
