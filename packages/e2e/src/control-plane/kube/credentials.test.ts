import { kubeconfigOf, parseCredentials } from './credentials.js';

describe('credentials', () => {
  it('are read back from the kubeconfig that is made of them', () => {
    const credentials = { server: 'https://127.0.0.1:1', ca: 'authority\n', cert: 'certificate\n', key: 'key\n' };
    expect(parseCredentials(kubeconfigOf(credentials), 'here')).toEqual(credentials);
  });

  it('are not taken from a kubeconfig without certificates inside', () => {
    expect(() => parseCredentials('clusters: []\nusers: []\n', 'mine.yaml')).toThrow(/mine.yaml: expected/);
  });
});
