import { z } from 'zod';
import * as api from '@earshot/shared/contracts/api.ts';
import * as home from '@earshot/shared/contracts/home.ts';
import { ById, type Route } from './route.ts';

/** Routes for the people of a home, and for the channels that reach them. */
export const PEOPLE_ROUTES = {
  listMembers: {
    method: 'GET',
    path: '/v1/members',
    who: 'member',
    summary: 'People of the home',
    response: z.object({ items: z.array(home.MemberView) }),
  },
  patchMember: {
    method: 'PATCH',
    path: '/v1/members/:id',
    who: 'member',
    summary: "Change a person's name and quiet hours",
    params: ById,
    body: home.MemberPatch,
    response: home.MemberView,
  },
  deleteMember: {
    method: 'DELETE',
    path: '/v1/members/:id',
    who: 'member',
    summary: 'Remove a person; their tokens and channels become invalid at once',
    params: ById,
    response: null,
  },
  listChannels: {
    method: 'GET',
    path: '/v1/channels',
    who: 'member',
    summary: "The member's notification channels, in the order in which they are tried",
    response: z.object({ items: z.array(home.ChannelView) }),
  },
  addChannel: {
    method: 'POST',
    path: '/v1/channels',
    who: 'member',
    summary: 'Add a notification channel; adding the same push endpoint twice makes one channel',
    body: home.ChannelRequest,
    response: home.ChannelView,
  },
  patchChannel: {
    method: 'PATCH',
    path: '/v1/channels/:id',
    who: 'member',
    summary: "Change the channel's place in the order, or report whether a test message arrived",
    params: ById,
    body: api.ChannelPatch,
    response: home.ChannelView,
  },
  deleteChannel: {
    method: 'DELETE',
    path: '/v1/channels/:id',
    who: 'member',
    summary: 'Remove a notification channel',
    params: ById,
    response: null,
  },
  testChannel: {
    method: 'POST',
    path: '/v1/channels/:id/test',
    who: 'member',
    summary: 'Send a test message through a channel',
    params: ById,
    response: api.ChannelTestResult,
    perMinute: 10,
  },
  makeNtfyTopic: {
    method: 'POST',
    path: '/v1/ntfy-topics',
    who: 'member',
    summary: 'Create an ntfy topic that nobody can guess, for the ntfy app on a phone',
    response: api.NtfyTopic,
    perMinute: 20,
  },
} as const satisfies Record<string, Route>;
