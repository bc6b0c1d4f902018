import { z } from 'zod';
import { LABEL_CLASSES, LEVELS, MODES } from '../labels.ts';

/** UUIDv7, created together with the record. Receivers recognise a repeated request by its id. */
export const Id = z.uuid();
/** Text and not an enum, because a release may add labels that this build does not know. */
export const Label = z.string().regex(/^[a-z][a-z0-9_]{1,39}$/);
export const LabelClassName = z.enum(LABEL_CLASSES);
export const ModeName = z.enum(MODES);
export const LevelName = z.enum(LEVELS);
export const Score = z.number().min(0).max(1);
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/**
 * The most numbers that a trunk's output may have. A device's embedding has two values for each of them. The cloud
 * refuses a candidate with a longer embedding, even when it reports an alarm.
 */
export const MOST_TRUNK_NUMBERS = 384;
export const Instant = z.iso.datetime({ offset: true });
export const Name = z.string().trim().min(1).max(60);

/** Every error of the API. `code` is from the catalogue in shared/errors.ts and never changes its meaning. */
export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    todo: z.string(),
    requestId: z.string().optional(),
    details: z.unknown().optional(),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** Lists are paged by cursors, not offsets: new entries at the top do not shift the next page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
