/** What a Digest `Authorization` says, by parameter name in lower case; quoted values unquoted, as bytes in latin-1. */
export type DigestParameters = ReadonlyMap<string, string>;

/** One `name=value` with the comma behind it. Each character can be matched in one way, so the time is linear. */
const PARAMETER = /[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~0-9A-Za-z]+))[ \t]*(?:,|$)/y;
/** Empty elements of the list. @see RFC 9110 §5.6.1.2 */
const NOTHING = /[ \t]*(?:,|$)/y;

/**
 * The parameters of credentials: `malformed` where they break the grammar, `repeated` where one stands there twice.
 *
 * @see RFC 9110 §11.4: #auth-param; §11.2: parameter names MUST occur only once.
 */
export function digestParameters(text: string): DigestParameters | 'malformed' | 'repeated' {
  const parameters = new Map<string, string>();
  let position = 0;
  while (position < text.length) {
    const empty = matchAt(NOTHING, text, position);
    const match = empty ?? matchAt(PARAMETER, text, position);
    if (match === null) return 'malformed';
    position += match[0].length;
    const [, name, quoted, token] = match;
    if (name === undefined) continue;
    if (parameters.has(name.toLowerCase())) return 'repeated';
    // @see RFC 9110 §5.6.4: quoted-pair
    parameters.set(name.toLowerCase(), token ?? quoted?.replace(/\\(.)/g, '$1') ?? '');
  }
  return parameters;
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}
