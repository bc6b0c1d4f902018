import { type Attributes, context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';

/** The trace context (W3C) that is sent with a queue message. Empty while no SDK is registered. */
export type TraceCarrier = Record<string, string>;

const tracer = trace.getTracer('earshot');

/**
 * Runs `work` in a span of the sound's trace. Uses only OpenTelemetry's API, so spans cost almost nothing until the operator registers an
 * SDK: `node --import ./tracing-setup.js cli/earshot.js cloud` (docs/cloud.md).
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

/** Adds attributes to the current span. */
export function noteInSpan(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes(attributes);
}

/** The current span, in the form in which it is sent to another process that continues the trace. */
export function traceCarrier(): { trace?: TraceCarrier } {
  const carrier: TraceCarrier = {};
  propagation.inject(context.active(), carrier);
  return Object.keys(carrier).length === 0 ? {} : { trace: carrier };
}
