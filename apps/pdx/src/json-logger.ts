import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Level, pino } from 'pino';

/**
 * What the framework and the libs report, one JSON object a line, on standard error. Nobody passes documents, variables,
 * subjects or answers to it: what callers send and get is no business of the log.
 */
export class JsonLogger implements LoggerService {
  private readonly pino;

  constructor(level: string, destination: DestinationStream = pino.destination(2)) {
    this.pino = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  }

  log(message: unknown, ...more: unknown[]): void {
    this.write('info', message, more);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.write('error', message, more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.write('warn', message, more);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.write('debug', message, more);
  }

  /** The framework's last argument is where the report comes from, the one before it a stack. */
  private write(level: Level, message: unknown, more: readonly unknown[]): void {
    const from = more.at(-1);
    const stack = message instanceof Error ? message.stack : more.length > 1 ? more[0] : undefined;
    const text = message instanceof Error ? message.message : String(message);
    this.pino[level](
      { ...(typeof from === 'string' && { from }), ...(stack !== undefined && { stack }) },
      text,
    );
  }
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];
