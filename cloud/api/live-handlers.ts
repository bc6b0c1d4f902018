import type { FastifyReply } from 'fastify';
import type { LiveEvent } from '@earshot/shared/contracts/home.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { viewDevices } from '../homes/devices.ts';
import type { Caller } from '../homes/tokens.ts';
import { viewIncidents } from '../incidents/incident-view.ts';
import type { Change } from '../live/live-feed.ts';
import type { CloudParts } from '../parts.ts';
import type { ApiOptions } from './api-options.ts';
import type { Handlers } from './call.ts';

/** Proxies cut what is silent for a minute; and the home counts as watched for twice this. */
const BEAT_MS = 15_000;

export function liveHandlers({ parts, stopping }: ApiOptions): Pick<Handlers, 'live'> {
  return {
    live: async ({ caller, reply, request }) => {
      const gone = new AbortController();
      reply.raw.on('close', () => gone.abort());
      const stream = openStream(reply);
      void follow(parts, caller, stream, AbortSignal.any([gone.signal, stopping])).catch((error: unknown) => {
        request.log.error({ err: error }, 'live stream');
        stream.end();
      });
    },
  };
}

interface EventStream {
  send(event: LiveEvent): void;
  beat(): void;
  end(): void;
}

function openStream(reply: FastifyReply): EventStream {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
  raw.write(': hello\n\n');
  return {
    send: (event) => raw.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
    beat: () => raw.write(': beat\n\n'),
    end: () => raw.end(),
  };
}

async function follow(parts: CloudParts, caller: Caller, stream: EventStream, signal: AbortSignal): Promise<void> {
  const { clock, feed } = parts;
  let sending: Promise<void> = Promise.resolve();
  const stop = feed.listen(caller.homeId, (change) => {
    // One after the other: two states of an incident must not overtake each other.
    sending = sending
      .then(async () => {
        if (signal.aborted) return;
        const event = await eventOf(parts, caller.homeId, change);
        if (event) stream.send(event);
      })
      .catch((error: unknown) => parts.log.error({ err: error, homeId: caller.homeId }, 'live event'));
  });
  try {
    while (!signal.aborted && (await mayListen(parts, caller))) {
      await watch(parts, caller.homeId);
      stream.beat();
      await pause(clock, BEAT_MS, signal);
    }
  } finally {
    stop();
    stream.end();
  }
}

/** A removed member's stream ends with the next beat. */
async function mayListen({ database }: CloudParts, { tokenHash }: Caller): Promise<boolean> {
  return (
    (await database.queries.selectFrom('tokens').select('hash').where('hash', '=', tokenHash).executeTakeFirst()) !==
    undefined
  );
}

async function watch({ database, clock }: CloudParts, homeId: string): Promise<void> {
  await database.queries
    .updateTable('homes')
    .set({ watchedUntilMs: clock.nowMs() + 2 * BEAT_MS })
    .where('id', '=', homeId)
    .execute();
}

async function eventOf({ database, clock }: CloudParts, homeId: string, change: Change): Promise<LiveEvent | null> {
  const { queries } = database;
  switch (change.type) {
    case 'incident': {
      const row = await queries
        .selectFrom('incidents')
        .selectAll()
        .where('id', '=', change.id)
        .where('homeId', '=', homeId)
        .executeTakeFirst();
      const [incident] = await viewIncidents(queries, homeId, row ? [row] : []);
      return incident ? { type: 'incident', incident } : null;
    }
    case 'incident_deleted':
      return { type: 'incident_deleted', incidentId: change.id };
    case 'device': {
      const [device] = await viewDevices(queries, homeId, clock.nowMs(), [change.id]);
      return device ? { type: 'device', device } : null;
    }
    default:
      return change;
  }
}
