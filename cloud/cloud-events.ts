import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { AppliedVerdict } from './incidents/apply-verdict.ts';
import type { SentNotification } from './notify/dispatcher.ts';

/** Called when something happens in this process, for the output of `npm start`. */
export interface CloudEvents {
  candidate: [Candidate];
  verdict: [AppliedVerdict];
  notification: [SentNotification];
}
