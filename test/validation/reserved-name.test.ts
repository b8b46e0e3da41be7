import { Cluster, Fleet } from '../../lib';
import { validate } from '../../lib/validation/validate';

test('a cluster cannot be called as the folder of the installation is', () => {
  const clusters = ['installer', 'install'].map((name) => new Cluster({ name, network: name }));
  expect(validate(new Fleet({ meshId: 'm', clusters }))).toEqual([
    {
      path: 'clusters[1].name',
      expected: "not be 'install': the output folder of that name holds the files that install Istio",
      actual: "'install'",
      hint: 'choose such a name',
    },
  ]);
});
