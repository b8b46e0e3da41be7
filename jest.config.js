/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // a slow machine is no failure: speed is shown by npm run bench
  testTimeout: 60_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  modulePathIgnorePatterns: ['<rootDir>/build', '<rootDir>/dist'],
};
