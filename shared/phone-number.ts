/**
 * A number that a phone can dial, as a pattern for the whole text. The buttons of an alert dial only its digits, "+", "*"
 * and "#", so a text without digits would make a button that calls nobody.
 */
export const PHONE_NUMBER = String.raw`[+*# \(\)\/\.\-]*[0-9][+*#0-9 \(\)\/\.\-]*`;

/** The link that dials this number. A bare "#" would begin the fragment of the link, and a phone would not dial the rest. */
export const dialLink = (number: string): string =>
  `tel:${number.replace(/[^\d+*#]/g, '').replaceAll('#', encodeURIComponent('#'))}`;
