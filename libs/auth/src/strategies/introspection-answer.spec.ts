import { portsAsked } from '../../../../test/support/ports-asked.js';
import { introspect } from './introspection-answer.js';
import { introspectionPolicy } from './introspection-options.js';

describe('An introspection endpoint in a private network', () => {
  it('is not connected to without privateNetwork, whoever has named it', async () => {
    const policy = introspectionPolicy('Test', { issuer: 'https://id.example.com', audience: 'api', clientId: 'api', clientSecret: 'secret' });
    const asked = portsAsked();
    await expect(introspect('token', 'https://10.0.0.1:1/introspect', policy, 0.2)).rejects.toThrow('is at a private address');
    asked.stop();
    expect(asked.ports).toEqual([]);
  });
});
