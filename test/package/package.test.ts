import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { contentErrors } from '../../scripts/check/package';
import { toolPath } from '../../scripts/check/run';
import { EmptyApp } from './empty-app';

const CONSTRUCTS = `
const app = new App({ outdir: 'constructs' });
const chart = new Chart(app, 'mesh');
new EastWestGateway(chart, 'gateway', { network: 'east', hosts: ['queue-0.queue.shop.svc.cluster.local'] });
new CrossClusterServiceEntry(chart, 'queue-0', {
  host: 'queue-0.queue.shop.svc.cluster.local',
  namespace: 'shop-dr',
  endpoints: [{ address: '203.0.113.10' }],
  port: 5672,
  protocol: Protocol.TCP,
});
app.synth();
`;

/** Stricter than strict, and no look away from the package's own declarations. */
const TSCONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    module: 'node16',
    target: 'ES2022',
    types: [],
    outDir: 'compiled',
  },
  include: ['*.ts'],
};

/** The program that the README shows. */
function readmeExample(): string {
  const [, code] = readFileSync('README.md', 'utf8').match(/```ts\n(.*?)```/s) ?? [];
  if (code === undefined) throw new Error('README.md: must show a program in ```ts');
  return code;
}

let app: EmptyApp;
// npm and the compiler on a busy machine
jest.setTimeout(180_000);
beforeAll(async () => {
  app = await EmptyApp.install();
});
afterAll(() => app?.remove());

function read(...path: string[]): string {
  return readFileSync(join(app.folder, ...path), 'utf8');
}

function kinds(...path: string[]): string[] {
  return loadAll(read(...path)).map((object) => (object as { kind: string }).kind);
}

const KINDS_OF_BOTH = [
  ...['ServiceAccount', 'Deployment', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'],
  ...['Service', 'Gateway', 'ServiceEntry', 'DestinationRule'],
];

describe('installed in an empty TypeScript app', () => {
  beforeAll(() => {
    app.write('tsconfig.json', JSON.stringify(TSCONFIG));
    app.write(
      'constructs.ts',
      `import { App, Chart } from 'cdk8s';
       import { CrossClusterServiceEntry, EastWestGateway, Protocol } from 'cdk8s-eastwest';
       ${CONSTRUCTS}`,
    );
    app.write('readme.ts', readmeExample());
    expect(app.node(toolPath('tsc'))).toEqual({ status: 0, output: '' });
  });

  test('two constructs synthesize in a chart of the user', () => {
    expect(app.node('compiled/constructs.js')).toEqual({ status: 0, output: '' });
    expect(kinds('constructs', 'mesh.k8s.yaml')).toEqual(KINDS_OF_BOTH);
  });

  test("the README's program writes both clusters' folders", () => {
    expect(app.node('compiled/readme.js')).toEqual({ status: 0, output: '' });
    expect(kinds('dist', 'east', '30-gateway.k8s.yaml')).toContain('Gateway');
    expect(kinds('dist', 'west', '40-traffic.k8s.yaml')).toContain('ServiceEntry');
    expect(existsSync(join(app.folder, 'dist', 'install', 'west', 'istio.yaml'))).toBe(true);
  });

  test('the command is there, and says what it can do', () => {
    const { status, output } = app.node(join('node_modules', '.bin', 'eastwest'), '--help');
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('remote-secret') });
  });

  test('a wrong type is an error of the compiler', () => {
    app.write(
      'wrong.ts',
      `import { Cluster } from 'cdk8s-eastwest';\nnew Cluster({ name: 1, network: 'n' });`,
    );
    expect(app.node(toolPath('tsc'), '--noEmit', '--pretty', 'false').output).toMatch(
      /^wrong\.ts\(2,15\): error TS2322/,
    );
  });
});

describe('installed in an empty JavaScript app', () => {
  test('CommonJS: two constructs synthesize to the same bytes as in TypeScript', () => {
    const typed = read('constructs', 'mesh.k8s.yaml');
    app.write(
      'constructs.js',
      `const { App, Chart } = require('cdk8s');
       const { CrossClusterServiceEntry, EastWestGateway, Protocol } = require('cdk8s-eastwest');
       ${CONSTRUCTS}`,
    );
    expect(app.node('constructs.js')).toEqual({ status: 0, output: '' });
    expect(read('constructs', 'mesh.k8s.yaml')).toBe(typed);
  });

  test('ECMAScript modules: every class can be imported by its name', () => {
    app.write('names.mjs', `import { Fleet, Naming, PxcReplicaSet, writeFleet } from 'cdk8s-eastwest';`);
    expect(app.node('names.mjs')).toEqual({ status: 0, output: '' });
  });

  test("files behind the barrel are nobody's to import", () => {
    const { status, output } = app.node('-e', `require('cdk8s-eastwest/build/lib/kinds')`);
    expect(status).toBe(1);
    expect(output).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

describe("the package's contents", () => {
  const good = [
    ...['build/lib/index.js', 'build/lib/index.d.ts', 'build/lib/output/commit.js', 'build/cli/main.js'],
    ...['bin/eastwest.js', 'LICENSE', 'README.md', 'package.json'],
  ];

  test('the compiled library and command, licence and README pass', () => {
    expect(contentErrors(good)).toEqual([]);
  });

  test.each(['lab/cli.ts', 'build/test/a.test.js', 'build/lib/a.ts', 'dist/cluster-a/a.yaml', '.npmrc'])(
    '%s is refused',
    (file) => {
      expect(contentErrors([...good, file])).toEqual([
        `${file}: must not be in the package; correct \`files\` in package.json`,
      ]);
    },
  );

  test('a missing entry point is noticed', () => {
    expect(contentErrors(good.slice(1))).toEqual([
      'build/lib/index.js: must be in the package; correct `files` or the build',
    ]);
  });
});
