import { expect, test } from '@jest/globals';
import { dialLink, PHONE_NUMBER } from './phone-number.ts';

test.each([
  ['112', 'tel:112'],
  ['+44 (20) 7946-0000', 'tel:+442079460000'],
  ['*31#030/9018.20', 'tel:*31%23030901820'],
])('%j can be dialled with the link %s, in which "#" begins no fragment', (number, link) => {
  expect(number).toMatch(new RegExp(`^${PHONE_NUMBER}$`));
  expect(dialLink(number)).toBe(link);
  expect(new URL(link).hash).toBe('');
});
