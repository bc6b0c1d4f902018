import { z } from 'zod';
import { Id } from '@earshot/shared/contracts/common.ts';
import * as home from '@earshot/shared/contracts/home.ts';
import { Hunch } from '@earshot/shared/contracts/hunches.ts';
import { IgnoredSound } from '@earshot/shared/contracts/ignored-sounds.ts';
import * as samples from '@earshot/shared/contracts/samples.ts';
import * as teaching from '@earshot/shared/contracts/teaching.ts';
import { ById, type Route } from './route.ts';

/** Routes by which a home teaches Earshot: ignored sounds, suggested sensitivities, samples and taught sounds. */
export const LEARNING_ROUTES = {
  listIgnoredSounds: {
    method: 'GET',
    path: '/v1/ignored-sounds',
    who: 'member',
    summary: 'Ignored sounds: they alert nobody, because a member marked a similar sound as wrong',
    response: z.object({ items: z.array(IgnoredSound) }),
  },
  deleteIgnoredSound: {
    method: 'DELETE',
    path: '/v1/ignored-sounds/:id',
    who: 'member',
    summary: 'Stop ignoring a sound: alert about similar sounds again',
    params: ById,
    response: null,
  },
  listHunches: {
    method: 'GET',
    path: '/v1/hunches',
    who: 'member',
    summary: "Suggested sensitivities that would have suited the home's past alerts better",
    response: z.object({ items: z.array(Hunch) }),
    perMinute: 60,
  },
  listSamples: {
    method: 'GET',
    path: '/v1/samples',
    who: 'member',
    summary: 'Samples, newest first: randomly chosen sounds that scored just below the threshold',
    response: z.object({ items: z.array(samples.Sample) }),
  },
  getSample: {
    method: 'GET',
    path: '/v1/samples/:id',
    who: 'member',
    summary: "A short-lived link to the sample's recording",
    params: ById,
    response: home.ClipLink,
  },
  judgeSample: {
    method: 'POST',
    path: '/v1/samples/:id/feedback',
    who: 'member',
    summary: 'Say whether the sample contains the sound',
    params: ById,
    body: samples.SampleFeedback,
    response: null,
  },
  deleteSample: {
    method: 'DELETE',
    path: '/v1/samples/:id',
    who: 'member',
    summary: 'Delete the sample with its recording',
    params: ById,
    response: null,
  },
  createTaughtSound: {
    method: 'POST',
    path: '/v1/taught-sounds',
    who: 'member',
    summary: 'Begin to teach a sound',
    body: teaching.TaughtSoundRequest,
    response: teaching.TaughtSound,
    perMinute: 30,
  },
  listTaughtSounds: {
    method: 'GET',
    path: '/v1/taught-sounds',
    who: 'member',
    summary: 'Sounds that this home taught, with their examples',
    response: z.object({ items: z.array(teaching.TaughtSound) }),
  },
  getTaughtSound: {
    method: 'GET',
    path: '/v1/taught-sounds/:id',
    who: 'member',
    summary: 'One taught sound',
    params: ById,
    response: teaching.TaughtSound,
  },
  deleteTaughtSound: {
    method: 'DELETE',
    path: '/v1/taught-sounds/:id',
    who: 'member',
    summary: 'Delete the taught sound with its recordings; devices stop listening for it',
    params: ById,
    response: null,
  },
  learnTaughtSound: {
    method: 'POST',
    path: '/v1/taught-sounds/:id/learn',
    who: 'member',
    summary: 'Train the taught sound from its examples; takes some seconds',
    params: ById,
    response: teaching.TaughtSound,
    perMinute: 10,
  },
  recordExample: {
    method: 'POST',
    path: '/v1/taught-sounds/:id/examples',
    who: 'member',
    summary: "Ask the sound's device to record an example now",
    params: ById,
    response: teaching.TaughtSound,
    perMinute: 30,
  },
  getExample: {
    method: 'GET',
    path: '/v1/taught-sounds/:id/examples/:exampleId',
    who: 'member',
    summary: "A short-lived link to the example's recording",
    params: ById.extend({ exampleId: Id }),
    response: home.ClipLink,
  },
  deleteExample: {
    method: 'DELETE',
    path: '/v1/taught-sounds/:id/examples/:exampleId',
    who: 'member',
    summary: 'Delete the example with its recording',
    params: ById.extend({ exampleId: Id }),
    response: null,
  },
} as const satisfies Record<string, Route>;
