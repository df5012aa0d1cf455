import { connect } from 'node:net';

export interface RawResponse {
  readonly status: number;
  readonly challenges: readonly string[];
  readonly body: string;
}

/**
 * GET with field lines that are sent as they are, byte by byte in latin-1: what an HTTP client would refuse to send.
 *
 * @param lines - each with its name, `Authorization: Bearer x`
 */
export function getRaw(port: number, path: string, lines: readonly string[], host = 'localhost'): Promise<RawResponse> {
  const head = [`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...lines, '', ''].join('\r\n');
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(head, 'latin1'));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('end', () => {
      socket.end();
      resolve(responseOf(Buffer.concat(chunks).toString('latin1')));
    });
  });
}

function responseOf(text: string): RawResponse {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const challenges = lines.flatMap((line) => /^www-authenticate: *(.*)$/i.exec(line)?.[1] ?? []);
  return { status: Number(statusLine.split(' ')[1]), challenges, body };
}
