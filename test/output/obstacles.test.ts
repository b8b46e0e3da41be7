import fs, {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeFiles } from '../../lib/output/write';
import { folderForEachTest } from '../support/folder';
import { refusal } from '../support/objects';

const work = folderForEachTest('obstacles-');
const dist = () => join(work(), 'dist');
const elsewhere = () => join(work(), 'elsewhere');
beforeEach(() => {
  mkdirSync(dist());
  mkdirSync(elsewhere());
});

function write(...paths: string[]): void {
  writeFiles(
    dist(),
    { mesh: 'm', clusters: ['east', 'west'] },
    paths.map((path) => ({ path, content: path })),
  );
}

const hint = 'move it away, or choose another outdir';

test('folders where files must go, and files where folders must go, are named together', () => {
  mkdirSync(join(dist(), 'east', '1.k8s.yaml'), { recursive: true });
  writeFileSync(join(dist(), 'install'), 'mine');
  expect(refusal(() => write('east/1.k8s.yaml', 'east/2.k8s.yaml', 'install/a', 'install/east/b'))).toEqual([
    `${join(dist(), 'east/1.k8s.yaml')}: must be a file or not exist, got a folder; ${hint}`,
    `${join(dist(), 'install')}: must be a folder or not exist, got a file; ${hint}`,
  ]);
  expect(readdirSync(join(dist(), 'east'))).toEqual(['1.k8s.yaml']);
});

test('a folder that may not be written to is named before anything is written', () => {
  mkdirSync(join(dist(), 'east'));
  const denied = jest.spyOn(fs, 'accessSync').mockImplementation((path) => {
    if (path === join(dist(), 'east')) throw new Error('EACCES');
  });
  try {
    expect(refusal(() => write('east/1.k8s.yaml', 'west/1.k8s.yaml'))).toEqual([
      `${join(dist(), 'east')}: must be a folder that this process may write to, got one that it may not; change its permissions, or choose another outdir`,
    ]);
  } finally {
    denied.mockRestore();
  }
  expect(readdirSync(dist())).toEqual(['east']);
});

test.each(['EPERM', 'EACCES', 'EROFS', 'ENOENT'])(
  'a folder that cannot be made is named, with %s',
  (code) => {
    const outdir = join(work(), 'new');
    const denied = jest.spyOn(fs, 'mkdirSync').mockImplementation((path) => {
      throw Object.assign(new Error(`${code}: no`), { code, syscall: 'mkdir', path });
    });
    try {
      expect(refusal(() => writeFiles(outdir, { mesh: 'm', clusters: ['east'] }, []))).toEqual([
        `${outdir}: must be a folder that this process can make, read and write to, got ${code} from mkdir of '${work()}'; change its permissions, or choose another outdir`,
      ]);
    } finally {
      denied.mockRestore();
    }
  },
);

describe('a symbolic link', () => {
  const error = (path: string, target: string) =>
    `${join(dist(), path)}: must not lead out of ${dist()}, got a symbolic link to '${target}'; remove the link, or choose another outdir`;

  test('to a folder elsewhere is refused where a file would be written behind it', () => {
    symlinkSync(elsewhere(), join(dist(), 'east'));
    expect(refusal(() => write('east/1.k8s.yaml', 'east/2.k8s.yaml'))).toEqual([error('east', elsewhere())]);
    expect(readdirSync(elsewhere())).toEqual([]);
  });

  test('to a file elsewhere is refused, though it has the content', () => {
    mkdirSync(join(dist(), 'east'));
    writeFileSync(join(elsewhere(), 'file'), 'east/1.k8s.yaml');
    symlinkSync('../../elsewhere/file', join(dist(), 'east/1.k8s.yaml'));
    expect(refusal(() => write('east/1.k8s.yaml'))).toEqual([
      error('east/1.k8s.yaml', '../../elsewhere/file'),
    ]);
  });

  test('is refused where a file would be deleted behind it', () => {
    write('east/1.k8s.yaml', 'west/1.k8s.yaml');
    fs.renameSync(join(dist(), 'west'), join(elsewhere(), 'west'));
    symlinkSync(join(elsewhere(), 'west'), join(dist(), 'west'));
    expect(refusal(() => write('east/1.k8s.yaml'))).toEqual([error('west', join(elsewhere(), 'west'))]);
    expect(readFileSync(join(elsewhere(), 'west/1.k8s.yaml'), 'utf8')).toBe('west/1.k8s.yaml');
  });

  test('that leads nowhere is refused', () => {
    symlinkSync('/nowhere', join(dist(), 'east'));
    expect(refusal(() => write('east/1.k8s.yaml'))).toEqual([error('east', '/nowhere')]);
  });

  test('to another part of the output is followed', () => {
    mkdirSync(join(dist(), 'real'));
    symlinkSync('real', join(dist(), 'east'));
    write('east/1.k8s.yaml');
    expect(readFileSync(join(dist(), 'real/1.k8s.yaml'), 'utf8')).toBe('east/1.k8s.yaml');
  });

  test('may be the output itself', () => {
    const link = join(work(), 'link');
    symlinkSync('dist', link);
    mkdirSync(join(dist(), 'real'));
    symlinkSync('real', join(dist(), 'east'));
    writeFiles(link, { mesh: 'm', clusters: ['east'] }, [{ path: 'east/1.k8s.yaml', content: 'x' }]);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(existsSync(join(dist(), 'real/1.k8s.yaml'))).toBe(true);
    expect(readdirSync(work()).sort()).toEqual(['dist', 'elsewhere', 'link']);
  });
});
