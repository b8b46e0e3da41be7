// The least that any synth has to do: js-yaml writes objects that are there already.
// Plain JavaScript, so that no compiler is measured along with it.
//     node scripts/bench/plain-yaml.js FILES.json FOLDER
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { dump } = require('js-yaml');

const [files, folder] = process.argv.slice(2);
for (const { path, objects } of JSON.parse(readFileSync(files, 'utf8'))) {
  const documents = objects.map((object) => dump(object, { lineWidth: -1, noRefs: true }));
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), documents.join('---\n'));
}
