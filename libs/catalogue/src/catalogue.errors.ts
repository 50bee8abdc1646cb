import { DomainError } from '#libs/foundation';

export class AssetNotRegistered extends DomainError {
  readonly code = 'ASSET_NOT_REGISTERED';

  constructor() {
    super('Your party has no registered asset with this id', {
      path: 'assetId',
      rule: 'a product is declared over a registered asset',
    });
  }
}

/** A column that identifies people is no field of a product. */
export class FieldNotOfferable extends DomainError {
  readonly code = 'FIELD_NOT_OFFERABLE';

  constructor(field: string, rule: string) {
    super(`${field}: ${rule}`, { path: 'fields', rule });
  }
}

export class ProductNotFound extends DomainError {
  readonly code = 'PRODUCT_NOT_FOUND';

  constructor() {
    super('There is no such product that you may list', { path: 'productId' });
  }
}

export class ProductNotInState extends DomainError {
  readonly code = 'PRODUCT_NOT_IN_STATE';

  constructor(state: string, act: string) {
    super(`A product that is ${state} cannot be ${act}`, { path: 'productId' });
  }
}
