/** A form of the provider. */
export interface Page {
  readonly title: string;
  /** HTML; what others wrote in it is escaped. */
  readonly body: string;
}

/**
 * Asks who is there.
 *
 * @param refused - the user name of a login that was wrong
 */
export function loginPage(client: string, refused?: string): Page {
  const [problem, ofName, ofPassword] = refused === undefined ? ['', ' autofocus', ''] : ['Incorrect username or password', '', ' autofocus'];
  const fields = `
    <label>User name <input name="username" value="${escaped(refused ?? '')}" autocomplete="username" required${ofName}></label>
    <label>Password <input name="password" type="password" autocomplete="current-password" required${ofPassword}></label>`;
  return { title: 'Log in', body: form(`<p>to continue to ${escaped(client)}</p><p role="alert">${problem}</p>${fields}`, 'Log in') };
}

/** Asks which of the scopes that a client wants it may have. */
export function consentPage(client: string, username: string, scopes: Readonly<Record<string, string>>): Page {
  const boxes = Object.entries(scopes).map(([name, description]) => `
    <label><input type="checkbox" name="scope" value="${escaped(name)}" checked> <b>${escaped(name)}</b> ${escaped(description)}</label>`);
  const asked = boxes.length === 0 ? 'wants to know who you are, and asks for nothing else.' : 'asks for:';
  return { title: 'Consent', body: form(`<p>${escaped(username)}, ${escaped(client)} ${asked}</p>${boxes.join('')}`, 'Allow') };
}

/** Says that it cannot go on. */
export function problemPage(problem: string): Page {
  return { title: 'This does not work', body: `<p>${escaped(problem)}</p>` };
}

/** The whole document. */
export function htmlOf({ title, body }: Page): string {
  return `<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 22rem; margin: 4rem auto; padding: 0 1rem }
  label { display: block; margin: 0.75rem 0 } label:has([type=checkbox]) { padding-left: 1.75rem; text-indent: -1.75rem } input:not([type=checkbox]) { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: 0.4rem }
  button { font: inherit; padding: 0.4rem 1rem; margin-right: 0.5rem } [role=alert] { color: #b00020 }
</style>
<h1>${title}</h1>${body}</html>`;
}

function form(content: string, submit: string): string {
  return `<form method="post">${content}
    <button type="submit">${submit}</button><button type="submit" name="cancel" value="yes" formnovalidate>Cancel</button></form>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
