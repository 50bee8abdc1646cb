import { Catch, type ExceptionFilter } from '@nestjs/common';

import { DomainError } from '#libs/foundation';

/** Refusals go to the client; they are no defects, so they do not go to the error log. */
@Catch(DomainError)
export class RefusalFilter implements ExceptionFilter<DomainError> {
  catch(refusal: DomainError): DomainError {
    return refusal;
  }
}
