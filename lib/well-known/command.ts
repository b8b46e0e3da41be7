/**
 * How texts tell people to run the command: in a clone, beside an installed package, and where it is installed globally.
 * `--no-install`, because without it npx would offer a stranger's package of that name where ours is not installed.
 */
export const EASTWEST = 'npx --no-install eastwest';
