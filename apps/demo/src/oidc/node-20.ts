/** Gives Node 20 the one thing of Node 22 that oidc-provider needs. @see https://url.spec.whatwg.org/#dom-url-parse */
export function provideUrlParse(): void {
  if ('parse' in URL) return;
  const parse = (url: string, base?: string): URL | null => (URL.canParse(url, base) ? new URL(url, base) : null);
  Object.defineProperty(URL, 'parse', { value: parse, configurable: true, writable: true });
}
