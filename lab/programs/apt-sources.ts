import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../errors';

const APT_FOLDER = '/etc/apt';
/** Debian's suites. Other archives use some of the names, too. */
const SUITES = /^(bookworm|trixie|forky|duke|sid|oldstable|stable|testing|unstable)(-updates|-backports)?$/;
const MIRROR_LIST = 'mirror+file:';

/** An archive of packages that apt reads. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
}

/**
 * The mirror from which the machine's apt takes Debian's packages, for debootstrap: a network may reach that one alone.
 * https://manpages.debian.org/bookworm/apt/sources.list.5.en.html
 */
export function debianMirror(folder = APT_FOLDER): string {
  const files = sourceFiles(folder);
  const found = files
    .flatMap(({ path, parse }) => parse(readFileSync(path, 'utf8')))
    .filter(isDebian)
    .flatMap(({ uri }) => mirrorUri(uri))
    // Debian's archive before those of others that have the same suites
    .sort((a, b) => Number(endsInDebian(b)) - Number(endsInDebian(a)));
  if (found[0]) return found[0];
  const read = files.map(({ path }) => path).join(', ') || 'none';
  throw new LabError(
    `no apt source of this machine has a Debian suite (read: ${read}); add one, for example in ` +
      `${join(folder, 'sources.list.d', 'debian.list')}: deb [signed-by=KEYRING] http://MIRROR/debian bookworm main; ` +
      'on Ubuntu, the packages debian-archive-keyring and debootstrap are needed too',
  );
}

interface SourceFile {
  readonly path: string;
  parse(text: string): AptSource[];
}

function sourceFiles(folder: string): SourceFile[] {
  const parts = join(folder, 'sources.list.d');
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  return [
    { path: join(folder, 'sources.list'), parse: parseList },
    ...names
      .filter((name) => name.endsWith('.list'))
      .map((name) => ({ path: join(parts, name), parse: parseList })),
    ...names
      .filter((name) => name.endsWith('.sources'))
      .map((name) => ({ path: join(parts, name), parse: parseDeb822 })),
  ].filter(({ path }) => existsSync(path));
}

/** The one-line format: deb [OPTIONS] URI SUITE COMPONENT…. */
export function parseList(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const plain = line.replace(/#.*/, '').trim();
    const [, uri, suite, components] = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(plain) ?? [];
    if (!uri || !suite) return [];
    return [{ uri, suites: [suite], components: words(components) }];
  });
}

/** The deb822 format: stanzas of fields, each with one or more values. */
export function parseDeb822(text: string): AptSource[] {
  return stanzas(text).flatMap((fields) => {
    if (!words(fields.types).includes('deb') || /^(no|false|off|0)$/i.test(fields.enabled ?? '')) return [];
    const suites = words(fields.suites);
    const components = words(fields.components);
    return words(fields.uris).map((uri) => ({ uri, suites, components }));
  });
}

/** The fields of each stanza, by their names in lower case. */
function stanzas(text: string): Record<string, string>[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return lines
    .join('\n')
    .split(/\n[ \t]*\n/)
    .map((stanza) => {
      const unfolded = stanza.replace(/\n[ \t]+/g, ' ').split('\n');
      return Object.fromEntries(
        unfolded.flatMap((line) => {
          const [, name, value = ''] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
          return name ? [[name.toLowerCase(), value.trim()]] : [];
        }),
      );
    });
}

function words(text = ''): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function isDebian({ uri, suites, components }: AptSource): boolean {
  return (
    components.includes('main') &&
    suites.some((suite) => SUITES.test(suite)) &&
    // archives of Chrome, GitHub and others call their only suite stable
    (endsInDebian(uri) || suites.some((suite) => !/^(old)?stable/.test(suite)))
  );
}

function endsInDebian(uri: string): boolean {
  return /\/debian\/?$/.test(uri);
}

/** The mirror that debootstrap can read: of a list the first, and no security archive. */
function mirrorUri(uri: string): string[] {
  if (uri.startsWith(MIRROR_LIST)) {
    const file = uri.slice(MIRROR_LIST.length);
    const [first] = existsSync(file) ? words(readFileSync(file, 'utf8')) : [];
    return first ? mirrorUri(first) : [];
  }
  return /^(https?|file):\/\//.test(uri) && !/debian-security\/?$/.test(uri) ? [uri] : [];
}
