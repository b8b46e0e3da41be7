/**
 * The version of this package. Node resolves a package's own name from every folder of it, so that the path is the same for the
 * sources and for the compiled files (https://nodejs.org/api/packages.html#self-referencing-a-package-using-its-name).
 */
export function packageVersion(): string {
  const { version } = require('cdk8s-eastwest/package.json') as { readonly version: string };
  return version;
}
