/**
 * Real servers for the suites and benches: each start takes a free port of 127.0.0.1 and a folder of its own, and both are
 * gone after `stop()`, or when this process dies in any way. Give `port` to come back where a stopped server was.
 */
export { startMinio, type S3Server } from './servers/minio.ts';
export { startElasticMq, type SqsServer } from './servers/elasticmq.ts';
export { startPostgres, type PostgresServer } from './servers/postgres.ts';
export { startMosquitto, type MqttServer } from './servers/mosquitto.ts';
export { freePort, type Server } from './servers/supervised.ts';
export { serversDir, whatIsMissing, type ServerName } from './servers/installed.ts';
