/**
 * A number that a phone can dial, as a pattern for the whole text. The buttons of an alert dial only its digits, "+", "*"
 * and "#", so a text without digits would make a button that calls nobody.
 */
export const PHONE_NUMBER = String.raw`[+*# \(\)\/\.\-]*[0-9][+*#0-9 \(\)\/\.\-]*`;
