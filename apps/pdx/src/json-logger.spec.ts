import { describe, expect, it } from '@jest/globals';

import { JsonLogger } from './json-logger.ts';

describe('the log', () => {
  const linesOf = (level: string, report: (logger: JsonLogger) => void) => {
    const lines: unknown[] = [];
    report(new JsonLogger(level, { write: (line) => lines.push(JSON.parse(line)) }));
    return lines;
  };

  it('is one JSON object a line, with its time, source and stack', () => {
    const lines = linesOf('info', (logger) => {
      logger.warn('Connection lost', 'PgPool');
      logger.error('it broke', 'Error: it broke\n    at x', 'GraphQL');
      logger.error(new Error('thrown'));
    });
    expect(lines).toEqual([
      expect.objectContaining({
        level: 40,
        from: 'PgPool',
        msg: 'Connection lost',
        time: expect.stringMatching(/Z$/),
      }),
      expect.objectContaining({
        level: 50,
        from: 'GraphQL',
        msg: 'it broke',
        stack: 'Error: it broke\n    at x',
      }),
      expect.objectContaining({ level: 50, msg: 'thrown', stack: expect.stringContaining('Error: thrown') }),
    ]);
  });

  it('leaves out what is below its level', () => {
    expect(
      linesOf('warn', (logger) => {
        logger.log('usual');
        logger.debug('more');
      }),
    ).toEqual([]);
  });
});
