import fc from 'fast-check';
import { Module } from '@nestjs/common';
import { AuthModule } from 'nestjs-scopes';
import { parsedChallenges } from '../support/challenges.js';
import { getRaw } from '../support/raw-http.js';
import { MeController } from '../support/me-controller.js';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';
import { testScheme, TestStrategy, tokenWith } from '../support/tokens.js';

@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: testScheme(), strategy: TestStrategy }] })], controllers: [MeController] })
class MeApp {}

/** Any byte but NUL, CR and LF: most of it is refused by Node. */
const noise = fc.string({ unit: bytes(1, 255), maxLength: 300 });
/** What Node hands on. */
const text = fc.string({ unit: fc.oneof(bytes(0x20, 0x7e), bytes(0x80, 0xff), fc.constant('\t')), maxLength: 300 });
const base64 = fc.stringMatching(/^[\w\-.~+/=]{0,300}$/);
const scheme = fc.constantFrom('Bearer', 'bearer', 'BEARER', 'Basic', 'Digest', 'DPoP', 'Bearer,', '');
const separator = fc.constantFrom('', ' ', '  ', '\t', ' \t', '\xA0', ',', '=', ', ');
/** From pure noise to what is nearly a token. */
const authorization = fc.oneof(
  noise,
  text,
  fc.tuple(scheme, separator, fc.oneof(text, base64)).map((parts) => parts.join('')),
  fc.tuple(scheme, separator, base64, base64, base64).map(([name, gap, ...parts]) => `${name}${gap}${parts.join('.')}`),
);

function bytes(min: number, max: number): fc.Arbitrary<string> {
  return fc.integer({ min, max }).filter((code) => code !== 10 && code !== 13).map((code) => String.fromCharCode(code));
}

describe.each(ADAPTERS)('hostile headers on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(MeApp, adapter);
  });
  afterAll(() => app.close());

  it('HDR-02: answers any Authorization but a good token with 400 or with 401 and a challenge that a client can read', async () => {
    await fc.assert(
      fc.asyncProperty(authorization, async (value) => {
        const { status, challenges } = await getRaw(app.port, '/me', [`Authorization: ${value}`]);
        expect([400, 401]).toContain(status);
        if (status === 400) return;
        const [challenge, ...others] = await parsedChallenges(challenges);
        expect({ scheme: challenge?.scheme, realm: challenge?.parameters.realm, others }).toEqual({ scheme: 'bearer', realm: 'api', others: [] });
        expect([undefined, 'invalid_token']).toContain(challenge?.parameters.error);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { what: 'a NUL', line: 'Authorization: Bearer T\0', because: 'RFC 9110 §5.5 has it refused' },
    { what: 'a bare CR', line: 'Authorization: Bearer\rT', because: 'RFC 9112 §2.2 has it refused' },
    { what: 'a folded line', line: 'Authorization: Bearer\r\n T', because: 'RFC 9112 §5.2 has it refused' },
    { what: 'a space before the colon', line: 'Authorization : Bearer T', because: 'RFC 9112 §5.1 has it refused' },
    { what: 'a control character', line: 'Authorization: Bearer \x01T', because: 'RFC 9110 §5.5 has it refused' },
  ])('HDR-13: answers 400 to a good token with $what, because $because', async ({ line }) => {
    const token = await tokenWith('me');
    expect((await getRaw(app.port, '/me', [line.replace('T', () => token)])).status).toBe(400);
  });

  it('HDR-12: answers 401 invalid_token to a header of a little less than 16 KB', async () => {
    const { status, challenges } = await getRaw(app.port, '/me', [`Authorization: Bearer ${'a'.repeat(16_384 - 200)}`]);
    expect({ status, challenges }).toEqual({ status: 401, challenges: ['Bearer realm="api", error="invalid_token", scope="me"'] });
  });

  it('HDR-12: answers 431 to a header of more than 16 KB', async () => {
    expect((await getRaw(app.port, '/me', [`Authorization: Bearer ${'a'.repeat(16_384)}`])).status).toBe(431);
  });
});
