import type { EntityManager } from 'typeorm';

declare const insideTransaction: unique symbol;

/**
 * An EntityManager inside a transaction that has a security context. Only TransactionRunner makes one, so a function
 * that asks for it cannot be called outside of a transaction by mistake.
 */
export type Transaction = EntityManager & { readonly [insideTransaction]: true };
