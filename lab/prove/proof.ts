import type { ProvenApp } from './app';
import type { Report } from './report';
import { runSuites } from './run-suites';
import { deployApp, inRunningFleet } from './running-fleet';
import { SUITES } from './suites';

/** Starts an app's clusters in a lab and runs all suites on them. */
export function prove(app: ProvenApp, name: string): Promise<Report> {
  return inRunningFleet(app, name, deployApp(app), (context, root) =>
    runSuites(SUITES, { ...context, root }),
  );
}
