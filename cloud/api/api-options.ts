import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { Dispatcher } from '../notify/dispatcher.ts';
import type { CloudParts } from '../parts.ts';

/** The parts from which the API is built, for the server and every group of handlers. */
export interface ApiOptions {
  parts: CloudParts;
  dispatcher: Dispatcher;
  /** The address at which phones reach this cloud. Null: the address in the Host header of each request. */
  publicUrl: string | null;
  /** How many reverse proxies of this installation stand in front of the API. */
  proxyHops: number;
  /** Whether e-mail is set up. */
  email: boolean;
  /** The ntfy server on which topics for people are created. */
  ntfyUrl: string;
  /** The token with which operators see the fleet; null: nobody can. */
  operationsToken: string | null;
  /** The built app; without it the server has only the API. */
  appDir: string;
  /** Filled with every registered route ("GET /v1/home"), for the test that homes are separated. */
  routes: string[];
  /** A new candidate was registered (for the terminal of `npm start`). */
  onCandidate: (candidate: Candidate) => void;
  /** When this signal aborts, live streams end, so that closing the server does not wait for them. */
  stopping: AbortSignal;
}
