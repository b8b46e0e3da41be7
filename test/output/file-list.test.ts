import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Cluster, Fleet, FleetManifests, writeFleet } from '../../lib';
import { FILE_LIST } from '../../lib/output/file-list';
import { writeFiles } from '../../lib/output/write';
import { folderForEachTest } from '../support/folder';
import { readFolder } from '../support/golden';
import { refusal } from '../support/objects';

const work = folderForEachTest('file-list-');
const dist = () => join(work(), 'dist');

/** Writes files whose content is their path, or what comes behind an equals sign. */
function write(mesh: string, clusters: string[], ...files: string[]): void {
  writeFiles(
    dist(),
    { mesh, clusters },
    files.map((file) => {
      const [path = '', content = path] = file.split('=');
      return { path, content };
    }),
  );
}

function put(path: string, content: string): void {
  mkdirSync(dirname(join(dist(), path)), { recursive: true });
  writeFileSync(join(dist(), path), content);
}

const paths = () => Object.keys(readFolder(dist())).filter((path) => path !== FILE_LIST);
const text = (path: string) => readFileSync(join(dist(), path), 'utf8');

test('the list names each fleet’s files, in order', () => {
  write('m', ['west', 'east'], 'west/1.k8s.yaml', 'east/1.k8s.yaml');
  write('m', ['north'], 'north/1.k8s.yaml');
  expect(JSON.parse(text(FILE_LIST))).toEqual([
    { mesh: 'm', clusters: ['east', 'west'], files: ['east/1.k8s.yaml', 'west/1.k8s.yaml'] },
    { mesh: 'm', clusters: ['north'], files: ['north/1.k8s.yaml'] },
  ]);
  const first = text(FILE_LIST);
  rmSync(dist(), { recursive: true });
  write('m', ['north'], 'north/1.k8s.yaml');
  write('m', ['east', 'west'], 'east/1.k8s.yaml', 'west/1.k8s.yaml');
  expect(text(FILE_LIST)).toBe(first);
});

describe('what is no longer made', () => {
  test('goes, with its folder', () => {
    write(
      'm',
      ['east', 'west'],
      'east/1.k8s.yaml',
      'east/2.k8s.yaml',
      'west/1.k8s.yaml',
      'install/west/i.yaml',
    );
    write('m', ['east'], 'east/1.k8s.yaml');
    expect(paths()).toEqual(['east/1.k8s.yaml']);
    expect(readdirSync(dist()).sort()).toEqual([FILE_LIST, 'east']);
  });

  test('goes where the fleet keeps one of its clusters, and stays where it keeps none', () => {
    write('m', ['east', 'west'], 'east/1.k8s.yaml', 'west/1.k8s.yaml');
    write('m', ['west', 'north'], 'west/1.k8s.yaml', 'north/1.k8s.yaml');
    expect(paths()).toEqual(['north/1.k8s.yaml', 'west/1.k8s.yaml']);
    write('m', ['south'], 'south/1.k8s.yaml');
    expect(paths()).toEqual(['north/1.k8s.yaml', 'south/1.k8s.yaml', 'west/1.k8s.yaml']);
  });

  test('stays where it is another mesh’s', () => {
    write('one', ['east'], 'east/1.k8s.yaml', 'east/2.k8s.yaml');
    write('two', ['east'], 'east/1.k8s.yaml');
    write('two', ['east'], 'east/3.k8s.yaml');
    expect(paths()).toEqual(['east/1.k8s.yaml', 'east/2.k8s.yaml', 'east/3.k8s.yaml']);
  });

  test('is forgotten where it is gone already, or something else is there', () => {
    write('m', ['east'], 'east/1.k8s.yaml', 'east/2.k8s.yaml', 'east/3.k8s.yaml');
    rmSync(join(dist(), 'east/2.k8s.yaml'));
    rmSync(join(dist(), 'east/3.k8s.yaml'));
    put('east/3.k8s.yaml/mine', 'mine');
    write('m', ['east'], 'east/1.k8s.yaml');
    expect(paths()).toEqual(['east/1.k8s.yaml', 'east/3.k8s.yaml/mine']);
  });
});

test('a fleet that gains a cluster of another fleet takes nothing over', () => {
  write('m', ['a', 'x'], 'a/1.k8s.yaml', 'x/1.k8s.yaml');
  write('m', ['p', 'q'], 'p/1.k8s.yaml', 'q/1.k8s.yaml');
  const before = readFolder(dist());
  expect(refusal(() => write('m', ['a', 'x', 'q'], 'a/1.k8s.yaml', 'q/1.k8s.yaml=new'))).toEqual([
    `${join(dist(), FILE_LIST)}: must list one fleet of mesh 'm' that has a cluster of this fleet (a, x, q), got a fleet with the clusters a, x and a fleet with the clusters p, q; give each fleet an outdir of its own, and each cluster to one fleet; or, if this fleet replaces them all, delete their files and this list once`,
  ]);
  expect(readFolder(dist())).toEqual(before);
});

describe('what others put there stays', () => {
  test('beside our files, in their folders, and in a folder that looks like ours', () => {
    write('m', ['east', 'west'], 'east/1.k8s.yaml', 'west/1.k8s.yaml', 'install/east/istio.yaml');
    const mine = ['east/kustomization.yaml', 'install/bootstrap.sh', 'app/00-app.k8s.yaml', 'west/notes/a'];
    for (const path of mine) put(path, 'mine');
    mkdirSync(join(dist(), 'empty'));
    write('m', ['east'], 'east/1.k8s.yaml=changed');
    expect(paths()).toEqual([...mine, 'east/1.k8s.yaml'].sort());
    expect(readdirSync(dist())).toContain('empty');
  });

  test('in a repository that is itself the output', () => {
    const before = process.cwd();
    put('install/bootstrap.sh', 'mine');
    put('package.json', 'mine');
    try {
      process.chdir(dist());
      const fleet = () =>
        new Fleet({ meshId: 'm', clusters: [new Cluster({ name: 'east', network: 'east' })] });
      writeFleet(fleet(), '.');
      writeFleet(fleet(), '.');
    } finally {
      process.chdir(before);
    }
    expect(paths()).toEqual(expect.arrayContaining(['install/bootstrap.sh', 'install/east/istio.yaml']));
    expect(text('package.json')).toBe('mine');
    expect(readdirSync(work())).toEqual(['dist']);
  });

  test('two fleets of one mesh in one program', () => {
    const manifests = ['east', 'west'].map(
      (name) =>
        new FleetManifests(new Fleet({ meshId: 'm', clusters: [new Cluster({ name, network: name })] })),
    );
    for (let time = 0; time < 2; time += 1) for (const one of manifests) one.write(dist());
    expect(readdirSync(dist()).sort()).toEqual([FILE_LIST, 'east', 'install', 'west']);
    expect(readdirSync(join(dist(), 'install')).sort()).toEqual(['east', 'west']);
  });
});

describe('a file that would be overwritten', () => {
  test('is named where nobody listed it, with all others, and nothing is written', () => {
    put('east/1.k8s.yaml', 'mine');
    put('east/2.k8s.yaml', 'mine');
    const before = readFolder(dist());
    expect(
      refusal(() => write('m', ['east'], 'east/1.k8s.yaml', 'east/2.k8s.yaml', 'east/3.k8s.yaml')),
    ).toEqual(
      ['east/1.k8s.yaml', 'east/2.k8s.yaml'].map(
        (path) =>
          `${join(dist(), path)}: must be a file that this fleet wrote, or not exist, got a file with other content that is not in .eastwest-files.json; move it away or choose another outdir; if an earlier version of this library wrote it, delete it`,
      ),
    );
    expect(readFolder(dist())).toEqual(before);
    expect(readdirSync(work())).toEqual(['dist']);
  });

  test('is taken over where it would not change', () => {
    put('east/1.k8s.yaml', 'east/1.k8s.yaml');
    write('m', ['east'], 'east/1.k8s.yaml');
    write('m', ['east'], 'east/1.k8s.yaml=changed');
    expect(text('east/1.k8s.yaml')).toBe('changed');
  });

  test('is named with its fleet where another one wrote it', () => {
    write('one', ['east'], 'east/1.k8s.yaml');
    expect(refusal(() => write('two', ['east', 'west'], 'east/1.k8s.yaml=other'))).toEqual([
      `${join(dist(), 'east/1.k8s.yaml')}: must be a file that this fleet wrote, or not exist, got a file of the fleet of mesh 'one' with the clusters east; give each fleet an outdir of its own or, if the mesh was renamed, delete these files once`,
    ]);
    expect(text('east/1.k8s.yaml')).toBe('east/1.k8s.yaml');
  });
});

test('files that do not change are not touched', () => {
  write('m', ['east'], 'east/1.k8s.yaml', 'east/2.k8s.yaml');
  const long = new Date(1_000_000_000_000);
  for (const path of [FILE_LIST, 'east/1.k8s.yaml', 'east/2.k8s.yaml'])
    utimesSync(join(dist(), path), long, long);
  write('m', ['east'], 'east/1.k8s.yaml', 'east/2.k8s.yaml=changed');
  const changed = [FILE_LIST, 'east/1.k8s.yaml', 'east/2.k8s.yaml'].filter(
    (path) => statSync(join(dist(), path)).mtimeMs !== long.getTime(),
  );
  expect(changed).toEqual(['east/2.k8s.yaml']);
});

describe('a list that cannot be', () => {
  const expected = 'must be the list of written files as an earlier run left it';
  const hint =
    'restore it from version control, or delete it: files that would not change are then listed again, the others are named';

  test.each([
    ['<<<<<<< HEAD\n[]\n', 'text that is not JSON'],
    ['{}', '{}'],
    ['[1]', '1'],
    ['[{"mesh":"m","clusters":["east"],"files":[1]}]', "{'mesh':'m','clusters':['east'],'files':[1]}"],
  ])('%j is refused', (list, actual) => {
    put(FILE_LIST, list);
    expect(refusal(() => write('m', ['east'], 'east/1.k8s.yaml'))).toEqual([
      `${join(dist(), FILE_LIST)}: ${expected}, got ${actual}; ${hint}`,
    ]);
    expect(paths()).toEqual([]);
  });

  test.each([
    ...['../x', '/x', '.git/config', 'install/bootstrap.sh', 'install/east/../x.yaml', 'east/../x.k8s.yaml'],
    ...['east/kustomization.yaml', 'east/deeper/1.k8s.yaml', 'west/1.k8s.yaml', 'install/west/istio.yaml'],
    'install/1.k8s.yaml',
  ])('%s is not deleted, though it is listed', (path) => {
    const outside = path.startsWith('..') || path.startsWith('/');
    if (!outside) put(path, 'mine');
    const files = ['east/1.k8s.yaml', 'install/east/istio.yaml', path];
    put(FILE_LIST, JSON.stringify([{ mesh: 'm', clusters: ['east'], files }]));
    const before = readFolder(dist());
    expect(refusal(() => write('m', ['east'], 'east/1.k8s.yaml'))).toEqual([
      `${join(dist(), FILE_LIST)}: ${expected}, got '${path}', which is no file that a fleet with the clusters east has; ${hint}`,
    ]);
    expect(readFolder(dist())).toEqual(before);
  });

  test('a cluster of the list that no cluster can be has no files', () => {
    put('.git/x.k8s.yaml', 'mine');
    put(FILE_LIST, JSON.stringify([{ mesh: 'm', clusters: ['east', '.git'], files: ['.git/x.k8s.yaml'] }]));
    expect(refusal(() => write('m', ['east'], 'east/1.k8s.yaml'))).toHaveLength(1);
    expect(text('.git/x.k8s.yaml')).toBe('mine');
  });

  test('without it, files that would not change are listed again', () => {
    write('m', ['east'], 'east/1.k8s.yaml');
    const list = text(FILE_LIST);
    rmSync(join(dist(), FILE_LIST));
    write('m', ['east'], 'east/1.k8s.yaml');
    expect(text(FILE_LIST)).toBe(list);
  });
});
