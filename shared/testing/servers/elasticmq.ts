import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers } from './connects.ts';
import { program } from './installed.ts';
import { freePort, launch, type Server } from './supervised.ts';

export interface SqsServer extends Server {
  endpoint: string;
  region: string;
}

/** ElasticMQ with SQS's own limits ("strict"), in memory. It accepts any credentials. */
export async function startElasticMq(options: { port?: number } = {}): Promise<SqsServer> {
  const port = options.port ?? (await freePort());
  const dir = await mkdtemp(join(tmpdir(), 'earshot-elasticmq-'));
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = await launch({
    name: 'ElasticMQ',
    dir,
    command: [program('bin/elasticmq'), String(port)],
    env: { TMPDIR: dir },
    ready: () => answers(`${endpoint}/?Action=ListQueues`),
  });
  return { port, endpoint, region: 'us-east-1', stop };
}
