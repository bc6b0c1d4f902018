import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
} from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';

export const DATABASE_NAME = 'earshot';

/**
 * The database of homes, incidents and notifications: Aurora PostgreSQL in two zones, with 35 days of backups, protected against deletion
 * by accident.
 */
export function homeDatabase(scope: Construct, vpc: IVpc): DatabaseCluster {
  return new DatabaseCluster(scope, 'Homes', {
    engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_16_6 }),
    vpc,
    credentials: Credentials.fromGeneratedSecret('earshot'),
    defaultDatabaseName: DATABASE_NAME,
    // Capacity units of 2 GB of memory each. The minimum costs money around the clock. The maximum is the value that docs/cost.md assumes
    // for a million homes.
    serverlessV2MinCapacity: 1,
    serverlessV2MaxCapacity: 64,
    writer: ClusterInstance.serverlessV2('writer'),
    readers: [ClusterInstance.serverlessV2('standby', { scaleWithWriter: true })],
    storageEncrypted: true,
    backup: { retention: Duration.days(35) },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.SNAPSHOT,
  });
}
