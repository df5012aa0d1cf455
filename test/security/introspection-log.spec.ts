import { activeToken, startIntrospectionApp } from '../support/introspection-app.js';
import { IntrospectionServer } from '../support/introspection-server.js';
import { ADAPTERS } from '../support/running-app.js';
import { AUDIENCE, ISSUER } from '../support/tokens.js';

const CANARY = 'https://canary.example.com';
const REFUSED = [
  { what: 'a token that is not active', answer: { active: false }, line: 'A token was refused: active.' },
  { what: 'another issuer', answer: activeToken({ iss: CANARY }), line: `A token was refused: issuer. Its iss has to be "${ISSUER}", or absent.` },
  { what: 'another audience', answer: activeToken({ aud: CANARY }), line: `A token was refused: audience. Its aud has to be, or to hold, "${AUDIENCE}".` },
  { what: 'another kind of token', answer: activeToken({ token_use: CANARY }), line: 'A token was refused: purpose. Its token_type, token_use and typ have to be "Bearer", "access", "access_token", "at+jwt" or absent.' },
  { what: 'no kind of token', answer: activeToken({ token_type: undefined }), line: 'A token was refused: kind of token. The answer has none of token_type, token_use and typ: acceptTokensOfUnknownType is for a provider that sends none.' },
  { what: 'a key', answer: activeToken({ cnf: { jkt: CANARY } }), line: 'A token was refused: binding.' },
];

describe.each(ADAPTERS)('The log of introspected tokens, on %s', (adapter) => {
  it.each(REFUSED)('says which check $what has not passed, what is asked for, and nothing of the token', async ({ answer, line }) => {
    const server = await IntrospectionServer.start();
    server.reply = () => ({ body: answer });
    const log: string[] = [];
    const app = await startIntrospectionApp(adapter, { introspectionUrl: server.url }, (nest) => {
      const write = (text: unknown): void => { log.push(String(text)); };
      nest.useLogger({ log: write, warn: write, error: write, debug: write });
    });
    expect((await app.get('/', 'secret-token')).status).toBe(401);
    expect((await app.get('/', 'secret-token')).status).toBe(401);
    expect(log.filter((text) => text.includes('refused'))).toEqual([line]);
    expect(log.join('\n')).not.toMatch(/canary|secret-token/);
    await app.close();
    await server.goDown();
  });
});
