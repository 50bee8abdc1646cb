import { type CustomDecorator, SetMetadata } from '@nestjs/common';

import type { Role } from './actor.ts';

export type Permission =
  | { readonly to: 'ANYONE' }
  | { readonly to: 'SIGNED_IN' }
  | { readonly to: 'ROLES'; readonly roles: readonly Role[] };

/** Where a root field says who may use it. A field that says nothing answers nobody. */
export const PERMISSION = 'permission';

const permit = (permission: Permission): CustomDecorator => SetMetadata(PERMISSION, permission);

export const AllowedTo = (...roles: Role[]): CustomDecorator => permit({ to: 'ROLES', roles });
export const AllowedToSignedIn = (): CustomDecorator => permit({ to: 'SIGNED_IN' });
export const AllowedToAnyone = (): CustomDecorator => permit({ to: 'ANYONE' });
