import { DomainError } from '#libs/foundation';

export class AssetNotEvaluable extends DomainError {
  readonly code = 'ASSET_NOT_EVALUABLE';

  constructor() {
    super('There is no registered asset with this id', {
      path: 'assetId',
      rule: 'what is valued is registered first',
    });
  }
}

/** An appraiser values what is not its own party's. */
export class AppraiserNotIndependent extends DomainError {
  readonly code = 'APPRAISER_NOT_INDEPENDENT';

  constructor() {
    super('The provider of an asset does not value it', { rule: 'separation of duties' });
  }
}
