import { Cluster, Fleet } from '../../lib';

test('a cluster cannot be called as the folder of the installation is', () => {
  const clusters = ['installer', 'install'].map((name) => new Cluster({ name, network: name }));
  expect(new Fleet({ meshId: 'm', clusters }).problems()).toEqual([
    {
      path: 'clusters[1].name',
      must: "not be 'install': the output folder of that name holds the files that install Istio",
      got: "'install'",
      advice: 'choose such a name',
    },
  ]);
});
