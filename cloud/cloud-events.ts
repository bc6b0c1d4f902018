import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { AppliedVerdict } from './incidents/apply-verdict.ts';
import type { SentNotification } from './notify/dispatcher.ts';

/** What this process did, for the terminal of `npm start`. */
export interface CloudEvents {
  candidate: [Candidate];
  verdict: [AppliedVerdict];
  notification: [SentNotification];
}
