import type { FastifyInstance } from 'fastify';
import type { Health } from '@earshot/shared/contracts/api.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';
import type { CloudParts } from '../parts.ts';

/**
 * /healthz: the process runs. /readyz: the process can work (for load balancers and `doctor`). /metrics: figures for Prometheus.
 */
export function healthRoutes(app: FastifyInstance, parts: CloudParts): void {
  app.get('/healthz', async () => ({ status: 'ok', version: parts.version }));
  app.get('/readyz', async (_request, reply) => {
    const health = await healthOf(parts);
    return reply.code(health.status === 'failing' ? 503 : 200).send(health);
  });
  app.get('/metrics', async (_request, reply) => {
    await measure(parts);
    return reply.type(parts.metrics.registry.contentType).send(await parts.metrics.registry.metrics());
  });
}

async function healthOf({ database, clips, queue, releases, version }: CloudParts): Promise<Health> {
  const said = {
    database: await speak(() => database.check()),
    clips: await speak(() => clips.check()),
    queue: await speak(() => queue.check()),
  };
  const isFailing = Object.values(said).some((words) => words !== 'ok');
  const depth = said.queue === 'ok' ? await queue.depth() : null;
  const deadLetters = depth?.dead ?? 0;
  return {
    status: isFailing ? 'failing' : deadLetters > 0 ? 'degraded' : 'ok',
    version,
    release: releases.current?.manifest.version ?? null,
    parts: {
      ...said,
      ...(deadLetters > 0
        ? {
            deadLetters: `${deadLetters} clips could not be verified: list them with earshot worker --dead-letters, then queue them again with --redrive`,
          }
        : {}),
    },
    deadLetters,
  };
}

async function speak(check: () => Promise<void>): Promise<string> {
  try {
    await check();
    return 'ok';
  } catch (error) {
    const { code, todo } = asEarshotError(error, 'INTERNAL', '');
    return `${code}: ${todo}`;
  }
}

async function measure({ metrics, queue, database, releases }: CloudParts): Promise<void> {
  const depth = await queue.depth();
  metrics.queueReady.set(depth.ready);
  metrics.queueDead.set(depth.dead);
  metrics.queueAge.set(depth.oldestAgeMs / 1000);
  const due = await database.queries
    .selectFrom('notifications')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('state', '=', 'pending')
    .executeTakeFirst();
  metrics.notificationsDue.set(Number(due?.count ?? 0));
  const version = releases.current?.manifest.version;
  if (version) metrics.release.set({ version }, 1);
}
