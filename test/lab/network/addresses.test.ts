import { ClusterAddresses } from '../../../lab/network/addresses';

describe('addresses of a lab', () => {
  test('no range of one cluster is another range of any', () => {
    const ranges = Array.from({ length: 20 }, (_, index) => new ClusterAddresses(index)).flatMap((one) => [
      one.podRange,
      one.serviceRange,
    ]);
    expect(new Set(ranges).size).toBe(ranges.length);
  });

  test('a pod that comes back has another address', () => {
    const addresses = new ClusterAddresses(0);
    expect(addresses.pod()).toBe('10.10.1.1');
    expect(addresses.pod()).toBe('10.10.1.2');
  });

  test('every address stays inside the ranges, however many pods there were', () => {
    const addresses = new ClusterAddresses(1);
    const all = Array.from({ length: 70_000 }, () => addresses.pod());
    expect(all.filter((address) => !/^10\.20\.(?!0\.)\d+\.(?!0$)\d+$/.test(address))).toEqual([]);
    expect(all.filter((address) => Number(address.split('.')[3]) > 250)).toEqual([]);
  });

  test('too many clusters are refused', () => {
    expect(() => new ClusterAddresses(20)).toThrow('a lab has room for 20 clusters');
  });
});
