import { v7 as uuid } from 'uuid';
import type { NotificationBody } from '@earshot/shared/contracts/home.ts';

/**
 * The notification of "Send me a test". It looks like an alert, says that it is a test, and links to the first screen of the app.
 */
export const testNotification = (homeName: string, nowMs: number): NotificationBody => ({
  incidentId: uuid(),
  step: 'test',
  label: 'test',
  class: 'upkeep',
  verdict: 'confirmed',
  title: 'Test from Earshot',
  body: `This is how Earshot reaches you about ${homeName}.`,
  url: '/',
  at: new Date(nowMs).toISOString(),
  test: true,
});
