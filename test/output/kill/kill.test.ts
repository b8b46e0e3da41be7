import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFiles } from '../../../lib/output/write';
import { folderForEachTest } from '../../support/folder';
import { killWriter, MOMENTS, type Moment, outputIn } from './kills';
import { OUTPUTS, OWNER } from './outputs';

const work = folderForEachTest('kill-');
const dist = () => join(work(), 'dist');

/** How often a writer is killed; KILLS=200 for a closer look. */
const KILLS = Number(process.env.KILLS ?? 12);

test(`${KILLS} writers are killed, and each leaves one output or the other`, async () => {
  const moments = Object.keys(MOMENTS) as Moment[];
  const left: [Moment, number][] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const moment = moments[kill % moments.length] as Moment;
    // spread over the time that one output takes, the same in every run
    left.push([moment, await killWriter(dist(), moment, (kill * 37) % 120)]);
  }
  expect(left.filter(([, output]) => output < 0)).toEqual([]);
  writeFiles(dist(), OWNER, OUTPUTS[0] ?? []);
  expect(outputIn(dist())).toBe(0);
  expect(readdirSync(work())).toEqual(['dist']);
}, 600_000);

describe('what killed processes left', () => {
  /** A process id that nobody has. */
  const DEAD = 2 ** 30;
  const one = [{ path: 'east/1.k8s.yaml', content: 'one' }];
  const text = (path: string) => readFileSync(join(dist(), path), 'utf8');

  /** A staging folder as a process leaves it that was killed in a commit, after its first step. */
  function halfDone(place: string, steps: object[]): void {
    const staging = join(place, `.eastwest.tmp-${DEAD}-dist`);
    mkdirSync(staging);
    writeFileSync(join(staging, '1'), 'two');
    writeFileSync(join(staging, 'journal.json'), JSON.stringify(steps));
  }

  const STEPS = [
    { from: '0', to: 'east/0.k8s.yaml' },
    { from: '1', to: 'east/2.k8s.yaml' },
    { remove: 'west/1.k8s.yaml' },
    { removeIfEmpty: 'west' },
    { removeIfEmpty: 'east' },
  ];

  test.each(['beside the output', 'inside of it'])('a half-done commit %s is finished first', (where) => {
    writeFiles(dist(), OWNER, [...one, { path: 'west/1.k8s.yaml', content: 'gone' }]);
    const place = where === 'inside of it' ? dist() : work();
    halfDone(place, STEPS);
    // a folder is in this file's way, so that nothing is done but what was left
    expect(() => writeFiles(dist(), OWNER, [{ path: 'east', content: '' }])).toThrow();
    expect(text('east/2.k8s.yaml')).toBe('two');
    expect(readdirSync(dist()).sort()).toEqual(['.eastwest-files.json', 'east']);
    expect(readdirSync(work())).toEqual(['dist']);
  });

  test('what cannot be finished is named, with what to do', () => {
    mkdirSync(join(dist(), 'east', '2.k8s.yaml', 'mine'), { recursive: true });
    halfDone(work(), STEPS);
    const staging = new RegExp(
      `^${dist()} is half written: .+\\. Correct that and run again, or delete ${work()}/\\.eastwest\\.tmp-\\d+-dist to leave it as it is\\.$`,
    );
    expect(() => writeFiles(dist(), OWNER, one)).toThrow(staging);
    rmSync(join(dist(), 'east'), { recursive: true });
    writeFiles(dist(), OWNER, one);
    expect(readdirSync(work())).toEqual(['dist']);
    expect(text('east/1.k8s.yaml')).toBe('one');
  });

  test('what was not ready is removed, and so is what earlier versions left', () => {
    mkdirSync(join(work(), `.eastwest.tmp-${DEAD}-dist`));
    // a process may have the number that a killed one had
    mkdirSync(join(work(), `.eastwest.tmp-${process.pid}-dist`));
    mkdirSync(join(work(), '.dist.tmp-a1B2c3', 'old', 'east'), { recursive: true });
    mkdirSync(join(work(), '.dist.tmp-a1B2c4', 'new'), { recursive: true });
    const waits = jest.spyOn(Atomics, 'wait');
    writeFiles(dist(), OWNER, one);
    expect(waits).not.toHaveBeenCalled();
    waits.mockRestore();
    expect(readdirSync(work())).toEqual(['dist']);
  });

  test('what is another output’s, or looks a little like it, stays', () => {
    const others = [`.eastwest.tmp-${DEAD}-other`, '.dist.tmp-mine', '.dist.tmp-mine12'];
    for (const name of others) mkdirSync(join(work(), name, 'mine'), { recursive: true });
    writeFiles(dist(), OWNER, one);
    expect(readdirSync(work()).sort()).toEqual([...others, 'dist'].sort());
  });

  test('a process at work is waited for', () => {
    const staging = join(work(), `.eastwest.tmp-${process.ppid}-dist`);
    mkdirSync(staging);
    const waits = jest.spyOn(Atomics, 'wait').mockImplementation(() => {
      renameSync(staging, join(work(), 'done'));
      return 'timed-out';
    });
    try {
      writeFiles(dist(), OWNER, one);
    } finally {
      waits.mockRestore();
    }
    expect(readdirSync(work()).sort()).toEqual(['dist', 'done']);
  });
});

test('the same steps are done by this process where no other can be started', () => {
  const node = process.execPath;
  process.execPath = join(work(), 'no-node');
  try {
    writeFiles(dist(), OWNER, OUTPUTS[0] ?? []);
  } finally {
    process.execPath = node;
  }
  expect(outputIn(dist())).toBe(0);
  expect(readdirSync(work())).toEqual(['dist']);
});
