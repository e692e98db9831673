import { loadCommand } from './foreign-cluster.js';

describe('loadCommand', () => {
  it('loads into kind and k3d, told by the name of the context', () => {
    expect(loadCommand('kind-my-cluster', 'server.tar')).toEqual([
      ...['kind', 'load', 'image-archive', 'server.tar', '--name', 'my-cluster'],
    ]);
    expect(loadCommand('k3d-dev', 'server.tar')).toEqual([
      ...['k3d', 'image', 'import', 'server.tar', '--cluster', 'dev'],
    ]);
  });

  it.each(['arn:aws:eks:eu-west-1:1:cluster/faces', 'minikube', 'kind-', ''])('knows no way into %j', (context) => {
    expect(loadCommand(context, 'server.tar')).toEqual([]);
  });
});
