import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import DataLoader from 'dataloader';

import { invariant } from '#libs/foundation';

import type { Actor } from './actor.ts';

/** What the fields of one request share. */
export interface RequestContext {
  readonly requestId: string;
  readonly authorization: string | null;
  /** Set by the guard before a root field that needs it runs. */
  actor: Actor | null;
  readonly loaders: Map<object, DataLoader<string, unknown>>;
}

/** Reads for all parents of one request at once: an answer for each id, in order. */
export type BatchRead<Value> = (ids: readonly string[], actor: Actor) => Promise<(Value | null)[]>;
export type PublicBatchRead<Value> = (ids: readonly string[]) => Promise<(Value | null)[]>;

const contextOf = (context: ExecutionContext): RequestContext =>
  GqlExecutionContext.create(context).getContext<RequestContext>();

/** The signed-in actor of the request. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = contextOf(context);
  invariant(actor, 'A field that asks for the actor demands one');
  return actor;
});

/** The request's context, for `loadOne`. */
export const CurrentRequest = createParamDecorator((_: unknown, context: ExecutionContext): RequestContext =>
  contextOf(context),
);

/** The thing with this id, read together with those that the same request asks for through the same `read`. */
export function loadOne<Value>(
  request: RequestContext,
  read: BatchRead<Value>,
  id: string,
): Promise<Value | null> {
  const { actor } = request;
  invariant(actor, 'A field that asks for the actor demands one');
  return loadTogether(request, read, (ids) => read(ids, actor), id);
}

/** As `loadOne`, of what anyone may see. */
export function loadPublic<Value>(
  request: RequestContext,
  read: PublicBatchRead<Value>,
  id: string,
): Promise<Value | null> {
  return loadTogether(request, read, read, id);
}

function loadTogether<Value>(
  request: RequestContext,
  key: object,
  read: PublicBatchRead<Value>,
  id: string,
): Promise<Value | null> {
  let loader = request.loaders.get(key);
  if (!loader) {
    loader = new DataLoader((ids: readonly string[]) => read(ids));
    request.loaders.set(key, loader);
  }
  return loader.load(id) as Promise<Value | null>;
}

/** The found values in the order of the ids asked for. */
export function inOrderOf<Value>(
  ids: readonly string[],
  values: readonly Value[],
  idOf: (value: Value) => string,
): (Value | null)[] {
  const byId = new Map(values.map((value) => [idOf(value), value]));
  return ids.map((id) => byId.get(id) ?? null);
}
