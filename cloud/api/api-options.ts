import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { Dispatcher } from '../notify/dispatcher.ts';
import type { CloudParts } from '../parts.ts';

/** Everything that the server and each group of handlers need to build the API. */
export interface ApiOptions {
  parts: CloudParts;
  dispatcher: Dispatcher;
  /** The address at which phones reach this cloud. Null: the address in the Host header of each request. */
  publicUrl: string | null;
  /** How many reverse proxies of this installation forward requests to the API. */
  proxyHops: number;
  /** Whether this cloud can send e-mail. */
  email: boolean;
  /** The ntfy server on which this cloud creates topics for members. */
  ntfyUrl: string;
  /** The token with which operators see the fleet. Null: nobody can see it. */
  operationsToken: string | null;
  /** The folder of the built app. Without it the server has only the API. */
  appDir: string;
  /** The server adds every registered route ("GET /v1/home") to this list, for the test that homes are isolated. */
  routes: string[];
  /** Called when a new candidate was registered (for the output of `npm start`). */
  onCandidate: (candidate: Candidate) => void;
  /** When this signal aborts, live streams end, so that closing the server does not wait for them. */
  stopping: AbortSignal;
}
