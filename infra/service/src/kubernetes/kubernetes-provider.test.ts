import { kubeconfigPath } from './kubernetes-provider.js';

describe('kubeconfigPath', () => {
  it.each([
    ['~/.kube/config', '/home/anna/.kube/config'],
    ['/etc/kubernetes/admin.conf', '/etc/kubernetes/admin.conf'],
    ['kubeconfigs/test', '/repository/infra/service/kubeconfigs/test'],
  ])('makes of %s a path that can be opened from anywhere', (path, opened) => {
    expect(kubeconfigPath(path, { home: '/home/anna', project: '/repository/infra/service' })).toBe(opened);
  });
});
