import type { FastifyInstance } from 'fastify';
import { CLIP_CHECKSUM } from '@earshot/shared/contracts/candidate.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { clipArrived } from '../verifier/intake/clip-arrival.ts';
import { LINK_ROOT } from '../clips/clip-links.ts';
import { FileClipStore } from '../clips/file-store.ts';
import { homeOfSegment, isSegmentKey } from '../drop-in/segments.ts';
import type { CloudParts } from '../parts.ts';
import { homeOfSample, isSampleKey } from '../samples/samples.ts';
import { homeOfExample, isExampleKey } from '../taught-sounds/examples.ts';
import { closeUnread, pacedBody } from './body-time.ts';

type Query = Record<string, string | undefined>;

/**
 * Serves the signed upload and download links of the embedded clip store. They give the same guarantees as S3's presigned links.
 */
export function clipLinkRoutes(app: FastifyInstance, parts: CloudParts): void {
  const { clips, database, clock } = parts;
  if (!(clips instanceof FileClipStore)) return;
  // Only these routes accept bodies other than JSON. The handler itself reads the body, so that nothing is read when the link is invalid.
  app.addContentTypeParser(['audio/wav', 'application/octet-stream'], (_request, _payload, done) => done(null));

  app.put<{ Params: { '*': string }; Querystring: Query }>(
    `${LINK_ROOT}*`,
    {
      config: { readsBodyItself: true },
      onSend: async ({ raw }, reply) => closeUnread(raw, reply.raw),
    },
    async (request, reply) => {
      const { raw } = request;
      const key = request.params['*'];
      const promise = clips.links.openUpload(key, request.query, clock.nowMs());
      const announced = Number(raw.headers['content-length'] ?? promise.bytes);
      if (announced !== promise.bytes)
        throw new EarshotError('CLIP_MISMATCH', `The body has ${announced} bytes, not ${promise.bytes}.`);
      if (!(await isAwaited(key))) throw new EarshotError('LINK_EXPIRED', '');
      await clips.receive(promise, pacedBody(raw));
      if (!(await hasArrived(key))) {
        // The clip was deleted during the upload: remove the bytes again.
        await clips.delete(key);
        throw new EarshotError('LINK_EXPIRED', '');
      }
      return reply.header(CLIP_CHECKSUM, Buffer.from(promise.sha256, 'hex').toString('base64')).code(204).send();
    },
  );

  app.get<{ Params: { '*': string }; Querystring: Query; Headers: { range?: string } }>(
    `${LINK_ROOT}*`,
    async (request, reply) => {
      const key = request.params['*'];
      const { reader } = clips.links.openDownload(key, request.query, clock.nowMs());
      const homeId = await homeOf(key);
      // A link becomes invalid when the clip is deleted or the reader is no longer a member.
      if (homeId === null || !(await isMember(homeId, reader))) throw new EarshotError('LINK_EXPIRED', '');
      const bytes = await clips.get(key);
      if (!bytes) throw new EarshotError('LINK_EXPIRED', '');
      reply.type('audio/wav').header('accept-ranges', 'bytes').header('cache-control', 'private, no-store');
      const range = rangeOf(request.headers.range, bytes.length);
      if (!range) return reply.send(Buffer.from(bytes));
      const [from, to] = range;
      if (from > to) return reply.code(416).header('content-range', `bytes */${bytes.length}`).send();
      return reply
        .code(206)
        .header('content-range', `bytes ${from}-${to}/${bytes.length}`)
        .send(Buffer.from(bytes.subarray(from, to + 1)));
    },
  );

  /** The objects that do not belong to a candidate: segments of live sound, examples of taught sounds, and samples. */
  const isOther = (key: string): boolean => isSegmentKey(key) || isExampleKey(key) || isSampleKey(key);
  const otherHome = (key: string): Promise<string | null> => {
    if (isSegmentKey(key)) return homeOfSegment(database.queries, key, clock.nowMs());
    return isSampleKey(key) ? homeOfSample(database.queries, key) : homeOfExample(database.queries, key);
  };
  const isAwaited = async (key: string): Promise<boolean> =>
    (isOther(key) ? await otherHome(key) : await clipOf(key)) !== null;
  /** False when the clip was deleted during its upload. */
  const hasArrived = async (key: string): Promise<boolean> => {
    if (isOther(key)) return (await otherHome(key)) !== null;
    const clip = await clipOf(key);
    return clip !== null && (await clipArrived(parts, clip.homeId, clip.candidateId));
  };
  const homeOf = async (key: string): Promise<string | null> => {
    if (isOther(key)) return otherHome(key);
    const clip = await clipOf(key);
    return clip?.state === 'stored' ? clip.homeId : null;
  };
  const clipOf = async (key: string) =>
    (await database.queries
      .selectFrom('clips')
      .select(['homeId', 'candidateId', 'state'])
      .where('key', '=', key)
      .where('state', '!=', 'deleted')
      .executeTakeFirst()) ?? null;
  const isMember = async (homeId: string, id: string): Promise<boolean> =>
    (await database.queries
      .selectFrom('members')
      .select('id')
      .where('id', '=', id)
      .where('homeId', '=', homeId)
      .executeTakeFirst()) !== undefined;
}

/**
 * Parses a Range header with one range (RFC 9110, 14.1.2). Safari plays audio only from servers that support ranges. Null means the whole
 * file; from > to means that the range cannot be satisfied.
 */
export function rangeOf(header: string | undefined, length: number): [number, number] | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [, first = '', last = ''] = match;
  if (first === '') return [Math.max(0, length - Number(last)), length - 1];
  const to = last === '' ? length - 1 : Math.min(Number(last), length - 1);
  return Number(first) >= length ? [1, 0] : [Number(first), to];
}
