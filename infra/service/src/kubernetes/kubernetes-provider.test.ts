import { withoutTilde } from './kubernetes-provider.js';

describe('withoutTilde', () => {
  it.each([
    ['~/.kube/config', '/home/anna/.kube/config'],
    ['/etc/kubernetes/admin.conf', '/etc/kubernetes/admin.conf'],
    ['{"apiVersion":"v1"}', '{"apiVersion":"v1"}'],
  ])('makes of %s a path that the provider can open', (path, opened) => {
    expect(withoutTilde(path, '/home/anna')).toBe(opened);
  });
});
