import type { Candidate, CandidateAccepted } from '@earshot/shared/contracts/candidate.ts';
import type { z } from 'zod';
import { ClipArrivals } from '../verifier/intake/clip-arrivals.ts';
import { clipKey } from '../clips/clip-store.ts';
import type { Caller } from '../homes/tokens.ts';
import type { CloudParts } from '../parts.ts';
import { changeHome, changeHomes } from '../store/home-transaction.ts';
import { BatchedCalls } from '../store/batched-calls.ts';
import { keepCandidate, keepFreshCandidates, readActive, soundOf, UPLOAD_LINK_LIFE_MS } from './keep-candidate.ts';
import { answerOf, readKnown, type Registered, type Report } from './known-candidates.ts';

const MOST_PER_CALL = 50;

type Parts = Pick<CloudParts, 'database' | 'clips' | 'queue' | 'clock' | 'feed' | 'metrics'>;

export interface Acceptance {
  isNew: boolean;
  answer: z.input<typeof CandidateAccepted>;
}

interface Recalled {
  /** The answer to an earlier registration of the candidate; null when the candidate is new. */
  known: Registered | null;
  /** Whether the candidate's home has an active incident of this sound, which the candidate probably joins. */
  joins: boolean;
}

/**
 * Registers a candidate from a device: it joins the home's incident of that sound or opens a new one. A repeated registration is answered
 * from the stored rows. That answer has an upload link only while the clip is still wanted. When many homes report at once, their rows are
 * read and written together.
 */
export class Registrar {
  private readonly parts: Parts;
  private readonly arrivals: ClipArrivals;
  private readonly recalling: BatchedCalls<Report, Recalled>;
  private readonly keeping: BatchedCalls<Report, Registered | null>;

  constructor(parts: Parts) {
    const { database, clock } = parts;
    this.parts = parts;
    this.arrivals = new ClipArrivals(parts);
    this.recalling = new BatchedCalls(MOST_PER_CALL, (reports) => this.recallAll(reports), { againAlone: true });
    this.keeping = new BatchedCalls(
      MOST_PER_CALL,
      (reports) =>
        changeHomes(
          database,
          reports.map(({ device }) => device.homeId),
          (queries) => keepFreshCandidates(queries, clock, reports),
        ),
      { againAlone: true },
    );
  }

  async register(device: Caller, candidate: Candidate): Promise<Acceptance> {
    const { clips, feed, metrics } = this.parts;
    // A device registers each candidate twice: before and after the upload. The second registration needs no transaction on its home.
    const report = { device, candidate };
    const { known, joins } = await this.recalling.add(report);
    const { isNew, wantsClip } = known ?? (await this.keep(report, joins));
    if (isNew) {
      metrics.candidates.inc({ label: candidate.label });
      feed.wake();
    }
    const without = { isNew, answer: { id: candidate.id, upload: null } };
    if (!wantsClip || !candidate.clip) return without;

    const { sha256, bytes } = candidate.clip;
    const key = clipKey(device.homeId, candidate.id);
    // A device that uploads directly to the bucket registers the candidate again after the upload, so check whether the bytes are there.
    if (!isNew && clips.kind !== 'file') {
      const clip = { key, bytes, homeId: device.homeId, candidateId: candidate.id };
      if (await this.arrivals.look(clip)) return without;
    }
    const link = await clips.uploadLink({ key, sha256, bytes }, UPLOAD_LINK_LIFE_MS);
    // The candidate was deleted meanwhile. Do not give out a new link, because nobody would delete the clip.
    if (!isNew && !(await this.extend(candidate.id, link.expiresAtMs))) return without;
    const { method, url, headers, expiresAtMs } = link;
    return {
      isNew,
      answer: { id: candidate.id, upload: { method, url, headers, expiresAt: new Date(expiresAtMs).toISOString() } },
    };
  }

  private async recallAll(reports: readonly Report[]): Promise<(Recalled | Error)[]> {
    const { queries } = this.parts.database;
    const ids = reports.map(({ candidate }) => candidate.id);
    const known = await readKnown(queries, ids);
    const heardIn = ({ device, candidate }: Report) => ({ homeId: device.homeId, label: candidate.label });
    const fresh = reports.filter(({ candidate }) => !known.has(candidate.id));
    const active = await readActive(queries, fresh.map(heardIn));
    return reports.map((report) => {
      try {
        const joins = active.has(soundOf(heardIn(report)));
        return { known: answerOf(known.get(report.candidate.id), report), joins };
      } catch (error) {
        return error as Error;
      }
    });
  }

  /**
   * A candidate that joins an incident gets its own transaction, so that a home with a hundred reports a minute does not delay other homes.
   */
  private async keep(report: Report, joins: boolean): Promise<Registered> {
    const { database, clock } = this.parts;
    const kept = joins ? null : await this.keeping.add(report);
    return kept ?? changeHome(database, report.device.homeId, (queries) => keepCandidate(queries, clock, report));
  }

  private async extend(candidateId: string, uploadUntilMs: number): Promise<boolean> {
    const { numUpdatedRows } = await this.parts.database.queries
      .updateTable('clips')
      .set({ uploadUntilMs })
      .where('candidateId', '=', candidateId)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }
}
