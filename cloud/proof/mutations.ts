/** One protection, the edit that removes it, and the test that must fail then. */
export interface Mutation {
  protection: string;
  file: string;
  find: string;
  replace: string;
  test: string;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    protection: 'Deadlines and leases run on monotonic time',
    file: 'cloud/time/steady-clock.ts',
    find: 'return Math.round(this.wall.monotonicMs() + this.aheadOfMonotonicMs);',
    replace: 'return this.wall.nowMs();',
    test: 'cloud/time/clock-step.test.ts',
  },
  {
    protection: 'Rate limits run on monotonic time',
    file: 'cloud/api/rate-limits.ts',
    find: 'this.clock.monotonicMs()',
    replace: '(this.clock.nowMs() + (this.clock as unknown as { wallAheadMs(): number }).wallAheadMs())',
    test: 'cloud/time/clock-step.test.ts',
  },
  {
    protection: 'Only a push subscription dies of a 404 or 410',
    file: 'cloud/notify/http-attempt.ts',
    find: '  if (status === 429 || status === 408',
    replace:
      "  if (status === 404 || status === 410) return { outcome: 'gone', reason };\n  if (status === 429 || status === 408",
    test: 'cloud/notify/dispatcher.test.ts',
  },
  {
    protection: 'Retry-After counts up to a minute',
    file: 'cloud/notify/back-off.ts',
    find: 'Math.min(LAST_MS, askedMs)',
    replace: 'askedMs',
    test: 'cloud/notify/dispatcher.test.ts',
  },
  {
    protection: 'What a killed process was about to send is sent 15 s later',
    file: 'cloud/notify/notification-outbox.ts',
    find: 'LEASE_MS = 15_000',
    replace: 'LEASE_MS = 60_000',
    test: 'cloud/notify/dispatcher.test.ts',
  },
  {
    protection: 'A long attempt keeps its lease',
    file: 'cloud/notify/notification-outbox.ts',
    find: 'EXTEND_EVERY_MS = 5_000',
    replace: 'EXTEND_EVERY_MS = 5_000_000',
    test: 'cloud/notify/dispatcher.test.ts',
  },
  {
    protection: "Only the store's own answer ends an upload",
    file: 'device/uplink/delivery.ts',
    find: '!isCommitted && !(await this.isSeen(entry, signal))',
    replace: 'isCommitted && !(await this.isSeen(entry, signal))',
    test: 'models/proof/faults/captive-portal.test.ts',
  },
  {
    protection: 'Time-outs of channels run side by side',
    file: 'cloud/notify/first-delivered.ts',
    find: 'await Promise.race([one, pause(clock, at === 0 ? ALONE_MS : STAGGER_MS, waiting)]);',
    replace: 'await Promise.race([one, pause(clock, at < 0 ? ALONE_MS : 10_000, waiting)]);',
    test: 'cloud/notify/dispatcher.test.ts',
  },
  {
    protection: "A network's failure is not the clip's",
    file: 'cloud/verifier/scoring-thread.ts',
    find: "return [failureOf(error, 'INTERNAL')];",
    replace: "return [failureOf(error, 'AUDIO_UNREADABLE')];",
    test: 'cloud/verifier/clip-verifier.test.ts',
  },
  {
    protection: 'Clips are rejected when no scoring thread can be started',
    file: 'cloud/verifier/clip-verifier.ts',
    find: 'if (this.broken) return reject(this.broken);',
    replace: '',
    test: 'cloud/verifier/clip-verifier.test.ts',
  },
  {
    protection: 'A test of alarms lasts a day at most',
    file: 'shared/settings.ts',
    find: 'leftMs > 0 && leftMs <= MOST_TESTING_MS',
    replace: 'leftMs > 0',
    test: 'cloud/incidents/incidents.stories.test.ts',
  },
  {
    protection: 'Smoke is sent from memory when the disk is full',
    file: 'cloud/incidents/sweeper.ts',
    find: 'await this.onUnwritten(',
    replace: 'await (async (_rows: unknown) => undefined)(',
    test: 'cloud/notify/full-disk.test.ts',
  },
  {
    protection: 'What was sent from memory is not sent again',
    file: 'cloud/notify/dispatcher.ts',
    find: 'const sentBefore = await this.unwritten.channelOf(row);',
    replace: 'const sentBefore = null as string | null;',
    test: 'cloud/notify/full-disk.test.ts',
  },
  {
    protection: 'X-Forwarded-For counts for the configured proxies only',
    file: 'cloud/api/server.ts',
    find: 'trustProxy: (_address: string, hop: number) => hop < options.proxyHops,',
    replace: 'trustProxy: true,',
    test: 'cloud/api/pairing-guesses.test.ts',
  },
  {
    protection: 'Guesses of pairing codes count per code space',
    file: 'cloud/api/pairing-guesses.ts',
    find: 'this.limits.take(SPACE, WRONG_A_MINUTE);',
    replace: '',
    test: 'cloud/api/pairing-guesses.test.ts',
  },
  {
    protection: 'One rendering per home and change',
    file: 'cloud/api/live-streams.ts',
    find: 'const event = await this.eventOf(change);',
    replace:
      'for (const _ of this.streams) await this.eventOf(change);\n        const event = await this.eventOf(change);',
    test: 'cloud/api/live-streams.test.ts',
  },
  {
    protection: 'A cap of live streams per person and home',
    file: 'cloud/api/live-streams.ts',
    find: 'own.length >= MOST_OF_A_MEMBER || streams.length >= MOST_OF_A_HOME',
    replace: 'own.length < 0',
    test: 'cloud/api/live-streams.test.ts',
  },
  {
    protection: 'An upload link is checked before the body is read',
    file: 'cloud/api/clip-link-routes.ts',
    find: 'closeUnread(raw, reply.raw);',
    replace: 'for await (const _ of raw);',
    test: 'cloud/api/uploads.test.ts',
  },
  {
    protection: 'Stalled and slow bodies are cut',
    file: 'cloud/api/body-time.ts',
    find: 'if (nowMs - lastAtMs > stallMs || bytes < expected)',
    replace: 'if (nowMs - lastAtMs > stallMs && bytes < 0 * expected)',
    test: 'cloud/api/uploads.test.ts',
  },
  {
    protection: "Files are their own user's only",
    file: 'cloud/keys/private-files.ts',
    find: 'if ((lstatSync(path).mode & 0o777) !== mode) chmodSync(path, mode);',
    replace: 'void [lstatSync, chmodSync, path, mode];',
    test: 'cloud/keys/private-files.test.ts',
  },
  {
    protection: 'Secrets of channels are encrypted',
    file: 'cloud/notify/sealed-target.ts',
    find: "keys.seal('channel', memberId, JSON.stringify(request));",
    replace: 'JSON.stringify([request, keys && memberId][0]);',
    test: 'cloud/keys/private-files.test.ts',
  },
  {
    protection: 'Channels reach no private address',
    file: 'cloud/notify/address-guard.ts',
    find: 'if (this.isOpen || ',
    replace: 'if (this.isOpen || hostname || ',
    test: 'cloud/notify/address-guard.test.ts',
  },
  {
    protection: 'The session cookie is secure with an https public URL',
    file: 'cloud/api/pairing-handlers.ts',
    find: "publicUrl?.startsWith('https:') ?? request.protocol === 'https'",
    replace: "request.protocol === 'https'",
    test: 'cloud/notify/address-guard.test.ts',
  },
  {
    protection: 'A full disk says so',
    file: 'shared/errors.ts',
    find: "errno.startsWith('SQLITE_READONLY')",
    replace: 'false',
    test: 'cloud/store/sqlite-file.test.ts',
  },
  {
    protection: 'A corrupt page fails /readyz',
    file: 'cloud/store/database.ts',
    find: 'this.file?.integrity.check();',
    replace: '',
    test: 'cloud/store/sqlite-file.test.ts',
  },
  {
    protection: 'A lost database is an error',
    file: 'cloud/store/sqlite-file.ts',
    find: "if (hasClips || wasMade) throw new EarshotError('DATABASE_LOST', path);",
    replace: 'void [hasClips, wasMade];',
    test: 'cloud/store/sqlite-file.test.ts',
  },
  {
    protection: 'Only an owner removes people, devices and the home',
    file: 'cloud/homes/roles.ts',
    find: 'if (!(await isOwner(queries, person)))',
    replace: 'if (!(await isOwner(queries, person)) && person.id === "")',
    test: 'cloud/homes/roles.test.ts',
  },
  {
    protection: 'A home keeps an owner',
    file: 'cloud/homes/roles.ts',
    find: '  if (!owner)\n',
    replace: "  if (!owner && homeId === '')\n",
    test: 'cloud/homes/roles.test.ts',
  },
];
