import { parentPort, workerData } from 'node:worker_threads';
import { asEarshotError } from '@earshot/shared/errors.ts';
import type { PlayedSession } from './played.ts';
import type { Session } from './session.ts';
import { CorpusPlayer, type PlayerOptions } from './corpus-player.ts';

export type ToThread = { index: number; session: Session };
export type FromThread = { heardS: number } | { played: PlayedSession } | { failed: { code: string; detail: string } };

/** A worker thread of a replay. It plays the sessions that it receives and answers in the same order. */
const stage = CorpusPlayer.open(workerData as PlayerOptions);
stage.catch(() => undefined);

parentPort?.on('message', ({ index, session }: ToThread) => {
  void stage
    .then((opened) => opened.play(index, session, { onHeard: (heardS) => answer({ heardS }) }))
    .then(
      (played) => answer({ played }),
      (thrown: unknown) => {
        const { code, detail } = asEarshotError(thrown, 'INTERNAL', 'replay');
        answer({ failed: { code, detail } });
      },
    );
});

const answer = (message: FromThread): void => parentPort?.postMessage(message);
