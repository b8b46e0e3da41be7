import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { debianMirror, parseDeb822, parseList } from '../../../lab/programs/apt-sources';

const DEB822 = `Types: deb
# http://snapshot.debian.org/archive/debian/20250520T000000Z
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;
const NODESOURCE = `Types: deb
URIs: https://deb.nodesource.com/node_20.x
Suites: nodistro
Components: main
Signed-By: /usr/share/keyrings/nodesource.gpg
`;

describe('apt sources', () => {
  test('the one-line format: options, comments, several components', () => {
    const text = `# deb http://old.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] https://mirror.example/debian trixie main contrib # ours
deb-src http://mirror.example/debian trixie main

deb\thttp://mirror.example/other   sid\tmain
`;
    expect(parseList(text)).toEqual([
      { uri: 'https://mirror.example/debian', suites: ['trixie'], components: ['main', 'contrib'] },
      { uri: 'http://mirror.example/other', suites: ['sid'], components: ['main'] },
    ]);
  });

  test('the deb822 format: stanzas, comments, several suites', () => {
    expect(parseDeb822(DEB822)).toEqual([
      {
        uri: 'http://mirror.example/debian',
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main'],
      },
      { uri: 'http://mirror.example/debian-security', suites: ['bookworm-security'], components: ['main'] },
    ]);
  });

  test('the deb822 format: folded fields, several types and URIs, field names in any case', () => {
    const text =
      'types: deb deb-src\nURIS: http://a.example/debian\n http://b.example/debian\nSuites: sid\nComponents: main';
    expect(parseDeb822(text).map(({ uri }) => uri)).toEqual([
      'http://a.example/debian',
      'http://b.example/debian',
    ]);
  });

  test.each(['no', 'No', 'false', '0'])('the deb822 format: a stanza with Enabled: %s is none', (value) => {
    expect(parseDeb822(`Enabled: ${value}\n${DEB822.split('\n\n')[0]}`)).toEqual([]);
  });
});

describe("Debian's mirror", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'apt-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };

  test.each([
    ['sources.list', 'deb http://mirror.example/debian bookworm main\n'],
    ['sources.list.d/debian.list', 'deb http://mirror.example/debian/ sid main\n'],
    ['sources.list.d/debian.sources', DEB822],
  ])('from %s', (file, text) => {
    write('sources.list.d/nodesource.sources', NODESOURCE);
    write(file, text);
    expect(debianMirror(folder)).toMatch(/^http:\/\/mirror\.example\/debian\/?$/);
  });

  test('not the security archive, nor archives of others that use its suites', () => {
    write(
      'sources.list',
      `deb http://mirror.example/debian-security bookworm main
deb https://dl.google.com/linux/chrome/deb/ stable main
deb https://apt.example/packages bookworm main
deb http://mirror.example/debian bookworm main
`,
    );
    expect(debianMirror(folder)).toBe('http://mirror.example/debian');
  });

  test('the security archive alone is none', () => {
    write('sources.list', 'deb http://mirror.example/debian-security bookworm main\n');
    expect(() => debianMirror(folder)).toThrow('no apt source of this machine has a Debian suite');
  });

  test('under another path, as a proxy of archives has it', () => {
    write('sources.list', 'deb https://artifacts.example/debian-remote bookworm main\n');
    expect(debianMirror(folder)).toBe('https://artifacts.example/debian-remote');
  });

  test('the first of a list of mirrors, as cloud images have it', () => {
    write('mirrors/debian.list', 'https://cdn.example/debian\nhttps://other.example/debian\n');
    write(
      'sources.list.d/debian.sources',
      DEB822.replace('http://mirror.example/debian\n', `mirror+file:${folder}/mirrors/debian.list\n`),
    );
    expect(debianMirror(folder)).toBe('https://cdn.example/debian');
  });

  test('files that apt does not read are not read', () => {
    write('sources.list.d/debian.list.disabled', 'deb http://mirror.example/debian bookworm main\n');
    expect(() => debianMirror(folder)).toThrow();
  });

  test('where there is none, the error names the files that were read and says what to add', () => {
    write('sources.list', 'deb http://archive.ubuntu.com/ubuntu noble main\n');
    write('sources.list.d/nodesource.sources', NODESOURCE);
    expect(() => debianMirror(folder)).toThrow(
      `no apt source of this machine has a Debian suite (read: ${folder}/sources.list, ${folder}/sources.list.d/nodesource.sources); ` +
        `add one, for example in ${folder}/sources.list.d/debian.list: deb [signed-by=KEYRING] http://MIRROR/debian bookworm main; ` +
        'on Ubuntu, the packages debian-archive-keyring and debootstrap are needed too',
    );
  });
});
