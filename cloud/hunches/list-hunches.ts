import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { Hunch } from '@earshot/shared/contracts/hunches.ts';
import { isSafety, type Level } from '@earshot/shared/labels.ts';
import { defaultSound } from '@earshot/shared/settings.ts';
import { settingsOf } from '../homes/homes.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { hunchOf, type JudgedAlert, type Thresholds } from './hunch.ts';

const DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Suggestions for lower sensitivities, from the home's own alerts of the last 30 days. Only alerts of the current release count, because
 * scores of different releases cannot be compared. A lower sensitivity is never suggested for a safety sound.
 */
export async function listHunches(
  { database, clock, releases }: Pick<CloudParts, 'database' | 'clock' | 'releases'>,
  homeId: string,
): Promise<Hunch[]> {
  const manifest = releases.current?.manifest;
  if (!manifest) return [];
  const nowMs = clock.nowMs();
  const { queries } = database;
  const settings = await settingsOf(queries, homeId);
  const alerts = await readAlerts(queries, { homeId, sinceMs: nowMs - DAYS * DAY_MS, release: manifest.version });
  return [...alerts].flatMap(([label, own]) => {
    if (isSafety(label) || Date.parse(settings.hunchesNotNow[label] ?? '') > nowMs) return [];
    const head = manifest.heads.find((one) => one.label === label);
    const of = (level: Level): Thresholds => ({
      device: head?.levels[level].threshold ?? null,
      verifier: manifest.verifier.levels[label]?.[level].threshold ?? null,
    });
    const { level } = settings.sounds[label] ?? defaultSound(label);
    const thresholds = { low: of('low'), medium: of('medium'), high: of('high') };
    const hunch = hunchOf(own, level, thresholds, settings.timeZone);
    return hunch ? [{ label, days: DAYS, ...hunch }] : [];
  });
}

/** The alerts, without tests, of which somebody was notified, grouped by label. */
async function readAlerts(
  queries: Queries,
  { homeId, sinceMs, release }: { homeId: string; sinceMs: number; release: string },
): Promise<Map<string, JudgedAlert[]>> {
  const rows = await queries
    .selectFrom('incidents')
    .innerJoin('candidates', 'candidates.incidentId', 'incidents.id')
    .leftJoin('devices', 'devices.id', 'candidates.deviceId')
    .select(['incidents.id', 'incidents.label', 'incidents.startedAtMs', 'incidents.feedback'])
    .select(['candidates.body', 'candidates.verifierScore', 'devices.name', 'devices.room'])
    .where('incidents.homeId', '=', homeId)
    .where('incidents.startedAtMs', '>=', sinceMs)
    .where('incidents.toldAtMs', 'is not', null)
    .where('incidents.test', '=', 0)
    .execute();
  const alerts = new Map<string, JudgedAlert & { label: string }>();
  for (const { id, label, startedAtMs: atMs, feedback, body, verifierScore, name, room } of rows) {
    const candidate = Candidate.parse(JSON.parse(body));
    if (candidate.release !== release) continue;
    const alert = alerts.get(id) ?? { label, atMs, feedback, heard: [] };
    alert.heard.push({ place: room || (name ?? ''), score: candidate.score, verifierScore });
    alerts.set(id, alert);
  }
  return Map.groupBy(alerts.values(), ({ label }) => label);
}
