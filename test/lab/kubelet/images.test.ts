import { imageName, programFor } from '../../../lab/kubelet/images';
import type { Container, Pod } from '../../../lab/kubernetes/objects';

const podImages = { http: '/http.js', mysql: '/mysql.sh', galera: '/galera.sh' };
const program = (container: Container, init = false) => {
  const spec = init ? { containers: [], initContainers: [container] } : { containers: [container] };
  const pod: Pod = { metadata: { name: 'p', namespace: 'n', uid: '' }, spec };
  return programFor(pod, container, podImages);
};

describe('images in the lab', () => {
  test.each([
    ['docker.io/istio/proxyv2:1.30', 'proxyv2'],
    ['percona/percona-xtradb-cluster@sha256:abc', 'percona-xtradb-cluster'],
    ['registry:5000/a/b', 'b'],
  ])('%s is known as %s', (image, expected) => expect(imageName(image)).toBe(expected));

  test('the operator is itself, and only prepares files where it is an init container', () => {
    const container = { name: 'c', image: 'percona/percona-xtradb-cluster-operator:1.20.0' };
    expect(program(container).argv).toEqual(['/lab/percona-xtradb-cluster-operator']);
    expect(program(container, true).argv).toEqual(['/bin/true']);
  });

  test('a proxy is itself, also as an init container', () => {
    expect(program({ name: 'istio-init', image: 'istio/proxyv2' }, true).argv).toEqual(['/lab/pilot-agent']);
  });

  test('an HTTP server listens on every TCP port of its container', () => {
    const ports = [{ containerPort: 8080 }, { containerPort: 53, protocol: 'UDP' }, { containerPort: 9090 }];
    expect(program({ name: 'c', image: 'istio/examples-helloworld-v1', ports }).env?.LAB_PORTS).toBe(
      '8080,9090',
    );
  });

  test('an unknown image idles and does not run its command', () => {
    expect(program({ name: 'c', image: 'percona/haproxy', command: ['haproxy'] })).toMatchObject({
      argv: ['/bin/sleep', 'infinity'],
      honoursCommand: false,
    });
  });
});
