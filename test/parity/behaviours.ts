import { jwtVerify, SignJWT } from 'jose';
import type { ApplicationData } from './declaration.js';
import { Raised } from './raised.js';
import type { Values } from './templates.js';

/** What a function does that the recordings tell in words. */
type Behaviour = (values: Values, data: ApplicationData) => unknown;

interface Form {
  readonly username: string;
  readonly password: string;
  readonly scopes: readonly string[];
}
type Users = NonNullable<ApplicationData['users']>;

/** The functions of FastAPI's tutorial, by the names that the recordings give them. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  jwt_current_user: async (values, { users = {}, secret = '' }) => {
    const scopes = values.get('security_scopes') as readonly string[];
    const headers = { 'WWW-Authenticate': scopes.length > 0 ? `Bearer scope="${scopes.join(' ')}"` : 'Bearer' };
    const claims = await claimsOf(String(values.get('token')), secret);
    const user = typeof claims?.['sub'] === 'string' ? shownUser(users, claims['sub']) : null;
    if (claims === null || user === null) throw new Raised({ status: 401, detail: 'Could not validate credentials', headers });
    const granted = (typeof claims['scope'] === 'string' ? claims['scope'] : '').split(' ');
    if (scopes.some((scope) => !granted.includes(scope))) throw new Raised({ status: 401, detail: 'Not enough permissions', headers });
    return user;
  },
  jwt_active_user: (values) => {
    const user = values.get('current_user') as { readonly disabled: boolean };
    if (user.disabled) throw new Raised({ status: 400, detail: 'Inactive user' });
    return user;
  },
  jwt_token: async (values, { users = {}, secret = '', exp }) => {
    const { username, scopes } = loggedIn(values, users);
    const token = new SignJWT({ sub: username, scope: scopes.join(' '), exp: exp ?? 0 }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' });
    return { access_token: await token.sign(bytesOf(secret)), token_type: 'bearer' };
  },
  jwt_items: (values) => [{ item_id: 'Foo', owner: (values.get('current_user') as { readonly username: string }).username }],
  simple_current_user: (values, { users = {} }) => {
    const user = shownUser(users, String(values.get('token')));
    if (user === null) throw new Raised({ status: 401, detail: 'Not authenticated', headers: { 'WWW-Authenticate': 'Bearer' } });
    return user;
  },
  simple_token: (values, { users = {} }) => ({ access_token: loggedIn(values, users).username, token_type: 'bearer' }),
  basic_check: (values) => {
    const { username, password } = values.get('credentials') as { readonly username: string; readonly password: string };
    if (username === 'stanleyjobson' && password === 'swordfish') return username;
    throw new Raised({ status: 401, detail: 'Incorrect username or password', headers: { 'WWW-Authenticate': 'Basic' } });
  },
};

async function claimsOf(token: string, secret: string): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    return (await jwtVerify(token, bytesOf(secret), { algorithms: ['HS256'] })).payload;
  } catch {
    return null;
  }
}

function loggedIn(values: Values, users: Users): Form {
  const form = values.get('form_data') as Form;
  const { username, password } = form;
  if (!Object.hasOwn(users, username) || users[username]?.['password'] !== password) throw new Raised({ status: 400, detail: 'Incorrect username or password' });
  return form;
}

/** A user without the password. */
function shownUser(users: Users, name: string): object | null {
  if (!Object.hasOwn(users, name)) return null;
  const { username, email, full_name, disabled } = users[name] ?? {};
  return { username, email, full_name, disabled };
}

function bytesOf(secret: string): Uint8Array {
  return new TextEncoder().encode(secret);
}
