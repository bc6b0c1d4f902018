import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { Dispatcher } from '../notify/dispatcher.ts';
import type { CloudParts } from '../parts.ts';

/** What the API is built from. The server and every group of handlers take it. */
export interface ApiOptions {
  parts: CloudParts;
  dispatcher: Dispatcher;
  /** What phones call this cloud; null: what the request's Host says. */
  publicUrl: string | null;
  /** Proxies of our own in front of the API. */
  proxyHops: number;
  /** Whether e-mail is set up. */
  email: boolean;
  /** The ntfy server on which topics are made for people. */
  ntfyUrl: string;
  /** What operations show to see the fleet; null: nobody can. */
  operationsToken: string | null;
  /** The built app; without it the API answers alone. */
  appDir: string;
  /** Filled with what is registered ("GET /v1/home"), for the test of the homes' walls. */
  routes: string[];
  /** A new candidate was registered (for the terminal of `npm start`). */
  onCandidate: (candidate: Candidate) => void;
  /** Streams end when it aborts, so that closing does not wait for them. */
  stopping: AbortSignal;
}
