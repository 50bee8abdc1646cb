import { DomainError } from '#libs/foundation';

export class NotificationNotFound extends DomainError {
  readonly code = 'NOTIFICATION_NOT_FOUND';

  constructor() {
    super('Your inbox has no such notification', { path: 'ids' });
  }
}

export class WebhookEndpointNotFound extends DomainError {
  readonly code = 'WEBHOOK_ENDPOINT_NOT_FOUND';

  constructor() {
    super('Your party has no such webhook endpoint', { path: 'webhookEndpointId' });
  }
}

export class TooManyWebhookEndpoints extends DomainError {
  readonly code = 'TOO_MANY_WEBHOOK_ENDPOINTS';

  constructor(most: number) {
    super(`Your party has ${most} webhook endpoints, which is the most: delete one first`, {
      rule: 'ours: so that nobody multiplies what the exchange sends',
    });
  }
}

export class WebhookDeliveryNotFound extends DomainError {
  readonly code = 'WEBHOOK_DELIVERY_NOT_FOUND';

  constructor() {
    super('There is no such delivery to an endpoint of your party', { path: 'webhookDeliveryId' });
  }
}

export class WebhookEndpointNotEnabled extends DomainError {
  readonly code = 'WEBHOOK_ENDPOINT_NOT_ENABLED';

  constructor() {
    super('Nothing is sent to an endpoint that is disabled or deleted', { path: 'webhookDeliveryId' });
  }
}
