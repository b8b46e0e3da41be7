import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GO_PROGRAMS } from '../../../lab/programs/versions';

describe("the lab's pinned versions", () => {
  test.each(GO_PROGRAMS.map((set) => [set.name, set] as const))(
    '%s: go.mod requires what versions.ts says',
    (_, set) => {
      const folder = join(__dirname, '../../../lab/programs/go', set.name);
      const goMod = readFileSync(join(folder, 'go.mod'), 'utf8');
      expect(goMod).toMatch(new RegExp(`^(require )?\\s*${set.module} ${set.version}`, 'm'));
      // Without its checksum a build would have to trust what the proxy sends.
      expect(readFileSync(join(folder, 'go.sum'), 'utf8')).toContain(`${set.module} ${set.version} h1:`);
      for (const source of Object.values(set.programs)) expect(goMod).toContain(source);
    },
  );
});
