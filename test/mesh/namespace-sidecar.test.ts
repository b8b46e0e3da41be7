import { NamespaceSidecar } from '../../lib';
import { constructRefusal, only, synth } from '../support/objects';

test('alone it leaves a namespace to itself', () => {
  const { metadata, spec } = only(
    synth((chart) => new NamespaceSidecar(chart, 'own'), 'desk'),
    'Sidecar',
  );
  expect(metadata).toEqual({ name: 'default', namespace: 'desk' });
  expect(spec).toEqual({ egress: [{ hosts: ['./*'] }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } });
});

test('further hosts, name and namespace are as given', () => {
  const props = { hosts: ['shop/web.shop.svc.cluster.local', 'lib/*'], name: 'limits', namespace: 'desk' };
  const { metadata, spec } = only(
    synth((chart) => new NamespaceSidecar(chart, 'own', props)),
    'Sidecar',
  );
  expect(metadata).toEqual({ name: 'limits', namespace: 'desk' });
  expect(spec.egress[0].hosts).toEqual(['./*', ...props.hosts]);
});

test.each(['web.shop.svc.cluster.local', 'shop/', '*/web', 'shop/web/x', 'Shop/*'])(
  'host %s is refused',
  (host) => {
    expect(constructRefusal((chart) => new NamespaceSidecar(chart, 'own', { hosts: [host] }))).toEqual([
      expect.stringMatching(
        /^\[test\/own\] hosts\[0\]: must be a namespace, a slash and a DNS name, .*name each host/,
      ),
    ]);
  },
);
