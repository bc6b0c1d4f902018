import { describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@earshot/shared/clock.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { createHome } from '../homes/homes.ts';
import { Registrar } from '../incidents/registrar.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { beepClip } from '../testing/test-client.ts';
import { startTestCloud } from '../testing/test-cloud.ts';
import { clipArrived } from '../verifier/intake/clip-arrival.ts';
import { clipStoreContract } from './clip-store.contract.ts';
import { clipKey } from './clip-store.ts';
import { FileClipStore } from './file-store.ts';

describe('FileClipStore, whose links the API serves, passes the tests for every clip store', () => {
  clipStoreContract(async () => {
    const started = await startTestCloud({ roles: ['api'] });
    const { parts, url } = started.cloud;
    const store = parts.clips as FileClipStore;
    return {
      store,
      ago: (ms) => new FileClipStore(join(started.home, 'clips'), store.links, new FakeClock(Date.now() - ms)),
      absolute: (link) => new URL(link, url).href,
      announce: async () => {
        const { homeId, ownerId } = await createHome(parts, 'Home', 'UTC');
        const candidate = makeCandidate('smoke_alarm', beepClip(1));
        await new Registrar(parts).register({ kind: 'device', homeId, id: ownerId, tokenHash: '' }, candidate);
        await clipArrived(parts, homeId, candidate.id);
        return { key: clipKey(homeId, candidate.id), reader: ownerId };
      },
      close: () => started[Symbol.asyncDispose](),
    };
  });
});

test('the error for a folder that cannot be written names the folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-clips-'));
  const file = join(folder, 'not-a-folder');
  // A file in place of the folder, so that not even root can write into the folder.
  await writeFile(file, '');
  await using started = await startTestCloud({ roles: ['api'] });
  const { links } = started.cloud.parts.clips as FileClipStore;
  await expect(new FileClipStore(join(file, 'clips'), links, systemClock).check()).rejects.toMatchObject({
    code: 'CLIP_STORE',
  });
  await rm(folder, { recursive: true });
});
