import { customFetch, protectedResourceRequest, WWWAuthenticateChallengeError } from 'oauth4webapi';
import type { WWWAuthenticateChallenge } from 'oauth4webapi';

/** `WWW-Authenticate` field lines as an OAuth client reads them. Lines that it cannot read fail the test. */
export async function parsedChallenges(lines: readonly string[]): Promise<readonly WWWAuthenticateChallenge[]> {
  const answer = new Response(null, { status: 401, headers: lines.map((line): [string, string] => ['WWW-Authenticate', line]) });
  try {
    await protectedResourceRequest('token', 'GET', new URL('https://api.example.com'), undefined, null, { [customFetch]: () => Promise.resolve(answer) });
  } catch (error) {
    if (error instanceof WWWAuthenticateChallengeError) return error.cause;
    throw error;
  }
  throw new Error(`A client cannot read ${JSON.stringify(lines)}.`);
}
