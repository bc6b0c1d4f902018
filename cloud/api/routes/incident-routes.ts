import { z } from 'zod';
import * as api from '@earshot/shared/contracts/api.ts';
import { Id } from '@earshot/shared/contracts/common.ts';
import * as home from '@earshot/shared/contracts/home.ts';
import { ShareClipRequest } from '@earshot/shared/contracts/shared-clips.ts';
import { ById, type Route } from './route.ts';

/** Routes for alerts: the history, clips, acknowledgement and feedback. */
export const INCIDENT_ROUTES = {
  listIncidents: {
    method: 'GET',
    path: '/v1/incidents',
    who: 'member',
    summary: "The home's incidents, newest first, in pages (by cursor)",
    query: home.IncidentQuery,
    response: home.IncidentPage,
  },
  deleteIncidents: {
    method: 'POST',
    path: '/v1/incidents/delete',
    who: 'member',
    summary: 'Delete several incidents',
    body: api.DeleteIncidentsRequest,
    response: api.Deleted,
  },
  getIncident: {
    method: 'GET',
    path: '/v1/incidents/:id',
    who: 'member',
    summary: 'One incident',
    params: ById,
    response: home.Incident,
  },
  deleteIncident: {
    method: 'DELETE',
    path: '/v1/incidents/:id',
    who: 'member',
    summary: 'Delete the incident and its clips',
    params: ById,
    response: null,
  },
  getClip: {
    method: 'GET',
    path: '/v1/incidents/:id/clips/:candidateId',
    who: 'member',
    summary: 'A short-lived link to a clip of the incident',
    params: ById.extend({ candidateId: Id }),
    response: home.ClipLink,
  },
  shareClip: {
    method: 'POST',
    path: '/v1/incidents/:id/clips/:candidateId/share',
    who: 'member',
    summary: 'Share the recording with the operators of the cloud, or stop sharing it',
    params: ById.extend({ candidateId: Id }),
    body: ShareClipRequest,
    response: home.Incident,
  },
  acknowledge: {
    method: 'POST',
    path: '/v1/incidents/:id/acknowledge',
    who: 'member',
    summary: 'Acknowledge an incident, or undo the acknowledgement',
    params: ById,
    body: home.AcknowledgeRequest,
    response: home.Incident,
  },
  feedback: {
    method: 'POST',
    path: '/v1/incidents/:id/feedback',
    who: 'member',
    summary:
      'Mark an alert as right or wrong, or remove the mark. "Wrong" also acknowledges the alert; removing it opens the alert again',
    params: ById,
    body: home.FeedbackRequest,
    response: home.Incident,
  },
  acknowledgeByLink: {
    method: 'POST',
    path: '/v1/incidents/:id/acknowledge-link',
    who: 'anyone',
    summary: 'The Acknowledge button of a notification; the signed link replaces a token',
    params: ById,
    // Invalid values get the same answer as an expired link, because their signature cannot be valid either.
    query: z.object({ member: z.string().default(''), until: z.coerce.number().catch(0), sig: z.string().default('') }),
    response: null,
    perMinute: 60,
  },
} as const satisfies Record<string, Route>;
