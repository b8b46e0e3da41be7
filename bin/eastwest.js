#!/usr/bin/env node
// The command `eastwest`. In a clone it runs the sources, so that it needs no build and never runs an older one; the package
// that npm installs has no sources, only what they were compiled to.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, '..', 'cli', 'main.ts');
if (existsSync(source)) {
  require('tsx/cjs');
  require(source);
} else {
  require('../build/cli/main.js');
}
