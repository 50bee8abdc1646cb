import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

import { invariant } from '#libs/foundation';

import { ContextQueryRunner } from './context-query-runner.ts';
import { sqlStateOf } from './database-error.ts';
import type { SecurityContext } from './security-context.ts';
import type { Transaction } from './transaction.ts';

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const MAX_ATTEMPTS = 4;
const BACKOFF_MS = 20;

@Injectable()
export class TransactionRunner {
  private readonly running = new AsyncLocalStorage<{ isOver: boolean }>();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one READ COMMITTED transaction on behalf of `context`: commits when it resolves, rolls back when it
   * throws.
   *
   * After a deadlock or a serialization failure the whole of `work` runs again in a new transaction, so it must touch
   * nothing but `tx`; effects on the outside world go through the outbox. It must not open another transaction: all
   * connections may be taken by callers that wait for one more.
   */
  async run<T>(context: SecurityContext, work: (tx: Transaction) => Promise<T>): Promise<T> {
    invariant(this.running.getStore()?.isOver ?? true, 'A transaction must not be opened inside of another');
    for (let attempt = 1; ; attempt++) {
      const scope = { isOver: false };
      try {
        return await this.running.run(scope, () => this.attempt(context, work));
      } catch (error) {
        const sqlState = sqlStateOf(error);
        const isWorthRetrying = sqlState === SERIALIZATION_FAILURE || sqlState === DEADLOCK_DETECTED;
        if (attempt === MAX_ATTEMPTS || !isWorthRetrying) throw error;
      } finally {
        scope.isOver = true;
      }
      // Rivals that met once wait for different times, or they would meet again.
      await delay(Math.random() * BACKOFF_MS * 2 ** attempt);
    }
  }

  private async attempt<T>(context: SecurityContext, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const { driver } = this.dataSource;
    invariant(driver instanceof PostgresDriver, 'Transactions are made for PostgreSQL');
    const runner = new ContextQueryRunner(driver, 'master');
    runner.manager = this.dataSource.createEntityManager(runner);
    try {
      await runner.begin(context);
      const result = await work(runner.manager as Transaction);
      await runner.commitTransaction();
      await runner.release();
      return result;
    } catch (error) {
      await rollBack(runner);
      throw error;
    }
  }
}

/** A connection that cannot be rolled back for sure is closed, so that no open transaction reaches its next user. */
async function rollBack(runner: ContextQueryRunner): Promise<void> {
  try {
    await runner.query('ROLLBACK');
    await runner.release();
  } catch {
    await runner.discard();
  }
}
