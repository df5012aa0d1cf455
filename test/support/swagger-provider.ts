import type { Locator, Page } from 'playwright-core';
import type { Login } from './swagger-page.js';

/** What a person ticks on the Swagger page, types at the provider, and leaves ticked there. */
export interface ProviderLogin extends Login {
  readonly consent: readonly string[];
}

/** Presses Authorize, logs in and consents in the window of the provider, and comes back with a token. */
export async function authorizeAtProvider(page: Page, login: ProviderLogin): Promise<void> {
  await answerProvider(page, login);
  await dialog(page).getByRole('button', { name: 'Remove authorization' }).waitFor();
  await dialog(page).locator('.close-modal').click();
}

/** Logs in at the provider, leaves ticked there what is said, and comes back with whatever that gives. */
export async function answerProvider(page: Page, { consent, ...login }: ProviderLogin): Promise<void> {
  const provider = await logInAtProvider(page, login);
  const boxes = provider.locator('[name="scope"]');
  for (const box of await boxes.all()) await box.setChecked(consent.includes(await box.inputValue()));
  await Promise.all([provider.waitForEvent('close'), provider.getByRole('button', { name: 'Allow' }).click()]);
}

/** Logs in at the provider and then says no. */
export async function cancelAtProvider(page: Page, login: Login): Promise<void> {
  const provider = await logInAtProvider(page, login);
  await Promise.all([provider.waitForEvent('close'), provider.getByRole('button', { name: 'Cancel' }).click()]);
}

/** What the Authorize dialog says of an authorization that failed. */
export function authorizationError(page: Page): Promise<string> {
  return dialog(page).locator('.errors').innerText();
}

/** The window of the provider, which asks for consent. */
async function logInAtProvider(page: Page, { username, password, scopes }: Login): Promise<Page> {
  await page.locator('.auth-wrapper .authorize').click();
  for (const scope of scopes) await dialog(page).locator(`label[for^="${scope}-"]`).click();
  const [provider] = await Promise.all([page.waitForEvent('popup'), dialog(page).getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()]);
  await provider.getByLabel('User name').fill(username);
  await provider.getByLabel('Password').fill(password);
  await provider.getByRole('button', { name: 'Log in' }).click();
  await provider.getByRole('heading', { name: 'Consent' }).waitFor();
  return provider;
}

function dialog(page: Page): Locator {
  return page.locator('.dialog-ux');
}
