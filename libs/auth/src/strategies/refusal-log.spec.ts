import { Logger } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { passTime, realClock, stopMonotonicClock } from '../../../../test/support/fake-clock.js';
import { RefusalLog } from './refusal-log.js';

const lines: string[] = [];
const ignore = (): void => undefined;
const logged: LoggerService = { log: ignore, warn: ignore, error: ignore, debug: (message: unknown, context: unknown) => { lines.push(`${String(context)}: ${String(message)}`); } };

describe('The log of refused tokens', () => {
  it('tells of each check once in ten seconds, however many tokens it refuses', () => {
    Logger.overrideLogger(logged);
    stopMonotonicClock();
    const log = new RefusalLog('UserStrategy');
    const [expiry, audience] = ['UserStrategy: A token was refused: expiry.', 'UserStrategy: A token was refused: audience.'];
    for (const check of ['expiry', 'expiry', 'audience', 'expiry']) log.tell(check);
    expect(lines).toEqual([expiry, audience]);
    passTime(9.9);
    log.tell('expiry');
    expect(lines).toHaveLength(2);
    passTime(0.1);
    log.tell('expiry');
    expect(lines).toEqual([expiry, audience, expiry]);
    realClock();
  });
});
