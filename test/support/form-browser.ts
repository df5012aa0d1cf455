/** A page as a browser without scripts sees it. */
export interface FormPage {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The fields of its form, or `null` where it has none. */
  readonly fields: readonly Field[] | null;
}

/** An `<input>`. */
interface Field {
  readonly name: string;
  readonly value: string;
}

/** Opens pages of one site, follows where they lead and sends their forms; it keeps cookies, and leaves the site for nothing. */
export class FormBrowser {
  readonly #cookies = new Map<string, string>();

  open(url: URL): Promise<FormPage> {
    return this.#fetch(url, {});
  }

  /** Sends a form with these values. */
  submit({ url }: FormPage, values: Readonly<Record<string, string | readonly string[]>>): Promise<FormPage> {
    const entries = Object.entries(values).flatMap(([name, value]) => [value].flat().map((text): [string, string] => [name, text]));
    return this.#fetch(url, { method: 'POST', body: new URLSearchParams(entries) });
  }

  async #fetch(url: URL, init: RequestInit): Promise<FormPage> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get('location');
    const next = location === null ? null : new URL(location, url);
    if (next?.origin === url.origin) return this.#fetch(next, {});
    const text = await response.text();
    return { url: next ?? url, status: response.status, headers: response.headers, text, fields: next === null ? fieldsIn(text) : null };
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

function fieldsIn(html: string): readonly Field[] | null {
  if (!html.includes('<form')) return null;
  return [...html.matchAll(/<input ([^>]*)>/g)].map(([, attributes = '']) => ({ name: attribute(attributes, 'name'), value: attribute(attributes, 'value') }));
}

function attribute(attributes: string, name: string): string {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
}
