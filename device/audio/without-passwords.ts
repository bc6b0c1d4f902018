/**
 * A text as it may be printed: without the passwords of cameras in the addresses that it contains. The user is removed as well,
 * because for many cameras it is the password, and so is the query.
 */
export function withoutPasswords(text: string): string {
  // A password may contain @, if the address is not a valid URL, so everything up to the last @ is removed.
  return text.replace(/(\w+:\/\/)[^\s/]*@/g, '$1').replace(/(\w+:\/\/[^\s?]*)\?\S*/g, '$1');
}
