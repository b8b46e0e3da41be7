#!/usr/bin/env node
// The command `eastwest`. In a clone it runs the sources, so that it needs no build and never runs an older one. The package
// that npm installs holds the compiled files alone.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, '..', 'cli', 'main.ts');
if (existsSync(source)) {
  try {
    require('tsx/cjs');
  } catch {
    console.error('eastwest: cannot load tsx, which runs the sources of this clone; run npm ci first');
    process.exit(1);
  }
  require(source);
} else {
  require('../build/cli/main.js');
}
