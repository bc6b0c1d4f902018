import { describeUnless } from './describe-unless.ts';
import { whatIsMissing, type ServerName } from './servers/installed.ts';

/** A suite that needs real servers: PostgreSQL, MinIO, ElasticMQ, Mosquitto. */
export function describeWithServers(name: string, servers: readonly ServerName[], suite: () => void): void {
  describeUnless(whatIsMissing(servers), name, suite);
}
