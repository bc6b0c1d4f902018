/**
 * After an alert, the same sound is not reported to members again for this long, and every further incident starts this
 * time anew. Safety sounds have no cool-down.
 */
export const COOL_DOWN_MS = 5 * 60_000;
