import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { InteractionResults, Provider } from 'oidc-provider';
import { PasswordHasher } from '../tokens/password-hasher.js';
import { accountWithPassword } from '../users/account-with-password.js';
import { UsersService } from '../users/users.service.js';
import { consentPage, htmlOf, loginPage, problemPage } from './pages.js';
import type { Page } from './pages.js';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Described in one word each: of several, the Swagger page shows a plus between them. */
const CANCELLED: InteractionResults = { error: 'access_denied', error_description: 'cancelled' };
const NOTHING_GRANTED: InteractionResults = { error: 'access_denied', error_description: 'nothing-granted' };
const OVER = 'This login is over. Close this window, and press Authorize again on the page that opened it.';
/** Nothing but the page itself: no script, no frame around it. */
const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

/** The two pages on which a person deals with the provider: log in, and say which scopes a client may have. */
export class Interactions {
  readonly #users = new UsersService();
  readonly #hasher = new PasswordHasher();

  /** @param scopes - what there is to consent to, with a description each */
  constructor(
    private readonly provider: Provider,
    private readonly scopes: Readonly<Record<string, string>>,
  ) {}

  /** Shows the page of an interaction, or takes what was entered on it. Whose it is, the provider knows by a cookie. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const interaction = await this.provider.interactionDetails(request, response);
      const isLogin = interaction.prompt.name === 'login';
      const client = await this.#clientOf(interaction);
      if (request.method !== 'POST') {
        send(response, 200, isLogin ? loginPage(client) : consentPage(client, usernameOf(interaction), this.#offered(interaction)));
        return;
      }
      const form = new URLSearchParams(await text(request));
      const result = form.has('cancel') ? CANCELLED : isLogin ? await this.#login(form) : await this.#consent(form, interaction);
      if (result === null) send(response, 400, loginPage(client, form.get('username') ?? ''));
      else await this.provider.interactionFinished(request, response, result);
    } catch (error) {
      // Who went away before their form was here reads no answer.
      if (request.errored === null) sendProblem(response, error);
    }
  }

  async #clientOf({ params }: Interaction): Promise<string> {
    const id = String(params['client_id']);
    return (await this.provider.Client.find(id))?.clientName ?? id;
  }

  async #login(form: URLSearchParams): Promise<InteractionResults | null> {
    const account = await accountWithPassword(this.#users, this.#hasher, form.get('username') ?? '', form.get('password') ?? '');
    return account === null ? null : { login: { accountId: account.user.username } };
  }

  /** Grants the scopes that were ticked, and keeps of the others that they were refused: else they would be asked for again and again. */
  async #consent(form: URLSearchParams, interaction: Interaction): Promise<InteractionResults> {
    const grant = new this.provider.Grant({ accountId: usernameOf(interaction), clientId: String(interaction.params['client_id']) });
    const { missingOIDCScope = [], missingResourceScopes } = wantedBy(interaction);
    const [ticked, offered] = [form.getAll('scope'), this.#offered(interaction)];
    const isGranted = (scope: string): boolean => ticked.includes(scope) && Object.hasOwn(offered, scope);
    const granted = [...missingOIDCScope, ...Object.values(missingResourceScopes ?? {}).flat().filter(isGranted)];
    if (granted.length === 0) return NOTHING_GRANTED;
    grant.addOIDCScope(missingOIDCScope.join(' '));
    for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
      grant.addResourceScope(resource, scopes.filter(isGranted).join(' '));
      grant.rejectResourceScope(resource, scopes.filter((scope) => !isGranted(scope)).join(' '));
    }
    return { consent: { grantId: await grant.save() } };
  }

  /** What a client wants and this person may have. */
  #offered(interaction: Interaction): Readonly<Record<string, string>> {
    const wanted = Object.values(wantedBy(interaction).missingResourceScopes ?? {}).flat();
    const allowed = this.#users.findAccount(usernameOf(interaction))?.allowedScopes ?? [];
    return Object.fromEntries(Object.entries(this.scopes).filter(([name]) => wanted.includes(name) && allowed.includes(name)));
  }
}

function usernameOf({ session }: Interaction): string {
  return session?.accountId ?? '';
}

/** What a client wants that nobody has consented to: scopes of OpenID Connect itself, and those of each API. */
function wantedBy({ prompt }: Interaction): { missingOIDCScope?: readonly string[]; missingResourceScopes?: Readonly<Record<string, readonly string[]>> } {
  return prompt.details;
}

function send(response: ServerResponse, status: number, page: Page): void {
  response.writeHead(status, HEADERS).end(htmlOf(page));
}

function sendProblem(response: ServerResponse, error: unknown): void {
  // The only error that a client can cause: no cookie, or an interaction that is over.
  const isOver = error instanceof Error && error.name === 'SessionNotFound';
  if (!isOver) console.error(error);
  if (response.headersSent) response.end();
  else send(response, isOver ? 400 : 500, problemPage(isOver ? OVER : 'Something went wrong.'));
}
