/**
 * Real servers for test suites and benches. Each start takes a free port of 127.0.0.1 and a new folder. Both are free
 * again after `stop()`, or when this process ends in any way. With `port` a server starts on the port of one that was
 * stopped.
 */
export { startMinio, type S3Server } from './servers/minio.ts';
export { startElasticMq, type SqsServer } from './servers/elasticmq.ts';
export { startPostgres, type PostgresServer } from './servers/postgres.ts';
export { startMosquitto, type MqttServer } from './servers/mosquitto.ts';
export { freePort, type Server } from './servers/supervised.ts';
export { serversDir, whatIsMissing, type ServerName } from './servers/installed.ts';
