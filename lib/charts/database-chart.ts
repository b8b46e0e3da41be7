import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { addMember } from '../database/member-constructs';
import { Stage } from '../model/stage';
import type { ClusterPlan } from '../plan/cluster-plan';

/** The databases' members in a cluster. */
export class DatabaseChart extends Chart {
  constructor(scope: Construct, { members }: ClusterPlan) {
    super(scope, Stage.DATABASE);
    for (const { id, props } of members) addMember(this, id, props);
  }
}
