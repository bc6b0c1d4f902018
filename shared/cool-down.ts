/**
 * For this long after an alert, the same sound is not reported to members again. Incidents that are not reported do not
 * prolong this time. Safety sounds have no cool-down.
 */
export const COOL_DOWN_MS = 5 * 60_000;
