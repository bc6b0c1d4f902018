import { type Attributes, context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';

/** What of a trace travels with a message: W3C trace context. Empty while no SDK is registered. */
export type TraceCarrier = Record<string, string>;

const tracer = trace.getTracer('earshot');

/**
 * Spans over the way of a sound (OpenTelemetry's API alone). They cost next to nothing until an SDK is registered, which is the
 * operator's choice: `node --import ./tracing-setup.js cli/earshot.js cloud` (docs/cloud.md).
 */
export function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
  parent?: TraceCarrier,
): Promise<T> {
  const from = parent ? propagation.extract(context.active(), parent) : context.active();
  return tracer.startActiveSpan(name, { attributes }, from, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Adds to the span that is under way what became known meanwhile. */
export function noteInSpan(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes(attributes);
}

/** The span that is under way, for whoever goes on with its work in another process. */
export function traceCarrier(): { trace?: TraceCarrier } {
  const carrier: TraceCarrier = {};
  propagation.inject(context.active(), carrier);
  return Object.keys(carrier).length === 0 ? {} : { trace: carrier };
}
