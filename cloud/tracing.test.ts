import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  trace,
} from '@opentelemetry/api';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { beepClip, TestClient } from './testing/test-client.ts';
import { startTestCloud } from './testing/test-cloud.ts';
import { until } from './testing/until.ts';

interface Seen {
  name: string;
  attributes: SpanOptions['attributes'];
  traceId: string;
}

/** A minimal OpenTelemetry SDK: spans with trace ids, and a context that follows promises. */
function registerSdk(): Seen[] {
  const seen: Seen[] = [];
  const current = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => current.getStore() ?? ROOT_CONTEXT,
    with: (to, work, self, ...given) => current.run(to, () => work.apply(self, given)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  context.setGlobalContextManager(manager);
  propagation.setGlobalPropagator({
    inject: (from, carrier, setter) => {
      const span = trace.getSpanContext(from);
      if (span) setter.set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-01`);
    },
    extract: (to, carrier, getter) => {
      const [, traceId, spanId] = String(getter.get(carrier, 'traceparent')).split('-');
      return traceId && spanId ? trace.setSpanContext(to, { traceId, spanId, traceFlags: 1 }) : to;
    },
    fields: () => ['traceparent'],
  });
  const startSpan = (name: string, options: SpanOptions = {}, from: Context = context.active()): Span => {
    const spanId = (seen.length + 1).toString(16).padStart(16, '0');
    const traceId = trace.getSpanContext(from)?.traceId ?? spanId.padStart(32, '0');
    seen.push({ name, attributes: options.attributes, traceId });
    return trace.wrapSpanContext({ traceId, spanId, traceFlags: 1 });
  };
  trace.setGlobalTracerProvider({
    getTracer: () => ({
      startSpan,
      startActiveSpan: (name: string, options: SpanOptions, from: Context, work: (span: Span) => never) => {
        const span = startSpan(name, options, from);
        return context.with(trace.setSpan(from, span), () => work(span));
      },
    }),
  } as never);
  return seen;
}

let seen: Seen[];
beforeEach(() => {
  seen = registerSdk();
});
afterEach(() => {
  for (const api of [context, propagation, trace]) api.disable();
});

test('when an OpenTelemetry SDK is registered, a sound is one trace from the upload through the queue to the worker', async () => {
  await using server = await startTestCloud();
  const { cloud } = server;
  const box = await TestClient.pair(cloud.url, (await cloud.firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
  const clip = beepClip(1);
  const candidate = makeCandidate('smoke_alarm', clip);
  await box.report(candidate, clip);
  await until('the notification is delivered', () => seen.some(({ name }) => name === 'notify'));

  const ofCandidate = seen.filter(({ attributes }) => attributes?.['earshot.candidate'] === candidate.id);
  expect(ofCandidate.map(({ name }) => name)).toEqual(['PUT /v1/candidates/:id', 'queue', 'verify']);
  const [, queued, verified] = ofCandidate;
  expect(verified?.traceId).toBe(queued?.traceId);
});
