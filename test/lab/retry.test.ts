import { retry } from '../../lab/retry';

const giving = (...values: number[]) => {
  let index = 0;
  return () => values[Math.min(index++, values.length - 1)] as number;
};
const until = (value: number) => value > 0;

test('the first wanted value ends it', async () => {
  const attempt = jest.fn(giving(0, 0, 7, 8));
  expect(await retry(attempt, { until, timeoutMs: 5000, pauseMs: 1 })).toEqual({ ok: true, value: 7 });
  expect(attempt).toHaveBeenCalledTimes(3);
});

test('values that agree by chance do not count: so many in a row are wanted', async () => {
  const attempt = jest.fn(giving(1, 0, 1, 1, 0, 1, 2, 3));
  const outcome = await retry(attempt, { until, timeoutMs: 5000, pauseMs: 1, agreeing: 3 });
  expect(outcome).toEqual({ ok: true, value: 3 });
  expect(attempt).toHaveBeenCalledTimes(8);
});

test('when the time is over, the last value is given, and that it was not wanted', async () => {
  expect(await retry(giving(0, -1, -2), { until, timeoutMs: 20, pauseMs: 1 })).toEqual({
    ok: false,
    value: -2,
  });
});

test('without time it is tried once', async () => {
  const attempt = jest.fn(giving(0));
  await retry(attempt, { until, timeoutMs: 0 });
  expect(attempt).toHaveBeenCalledTimes(1);
});

test('an error ends it', async () => {
  const attempt = () => Promise.reject(new Error('broken'));
  await expect(retry(attempt, { until, timeoutMs: 5000 })).rejects.toThrow('broken');
});

test('so many attempts are made at most', async () => {
  const attempt = jest.fn(giving(0));
  expect(await retry(attempt, { until, attempts: 3, pauseMs: 1 })).toEqual({ ok: false, value: 0 });
  expect(attempt).toHaveBeenCalledTimes(3);
});

test('an abort ends the pause, and no attempt follows', async () => {
  const stopping = new AbortController();
  const attempt = jest.fn(giving(0));
  const outcome = retry(attempt, { until, pauseMs: 60_000, signal: stopping.signal });
  setTimeout(() => stopping.abort(), 5);
  expect(await outcome).toEqual({ ok: false, value: 0 });
  expect(attempt).toHaveBeenCalledTimes(1);
});
