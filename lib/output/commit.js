// @ts-check
// Plain JavaScript, because Node runs it by itself: from the sources under any loader, and from the package.
const { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');

/**
 * Does what a staging folder's journal says, and removes the staging folder. Every step may have been done before: a commit that
 * was cut short is finished by the next one.
 * @typedef {{ from: string, to: string } | { remove: string } | { removeIfEmpty: string }} Step
 * @param {string} staging
 * @param {string} outdir
 */
function commit(staging, outdir) {
  const journal = join(staging, 'journal.json');
  /** @type {Step[]} */
  const steps = JSON.parse(readFileSync(journal, 'utf8'));
  for (const step of steps) {
    if ('from' in step) {
      mkdirSync(dirname(join(outdir, step.to)), { recursive: true });
      unless(['ENOENT'], () => renameSync(join(staging, step.from), join(outdir, step.to)));
    } else if ('remove' in step) {
      rmSync(join(outdir, step.remove), { force: true });
    } else {
      unless(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(join(outdir, step.removeIfEmpty)));
    }
  }
  // first, so that nobody does these steps again once they are complete
  rmSync(journal);
  rmSync(staging, { recursive: true, force: true });
}

/**
 * @param {readonly string[]} codes of errors that say that there is nothing to do
 * @param {() => void} action
 */
function unless(codes, action) {
  try {
    action();
  } catch (error) {
    if (!codes.includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) throw error;
  }
}

/**
 * Takes a staging folder over by putting the own process id into its name, which only one process can do.
 * @param {string} staging
 * @returns {string | undefined} its new path; nothing where another process has it, or has finished it
 */
function takeOver(staging) {
  const own = join(dirname(staging), basename(staging).replace(/\d+/, String(process.pid)));
  let isOurs = false;
  unless(['ENOENT'], () => {
    renameSync(staging, own);
    isOurs = true;
  });
  return isOurs ? own : undefined;
}

module.exports = { commit };

if (require.main === module) {
  const [, , staging = '', outdir = ''] = process.argv;
  const own = takeOver(staging);
  if (own !== undefined) commit(own, outdir);
}
