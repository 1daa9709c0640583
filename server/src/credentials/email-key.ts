/**
 * The one spelling under which the address of a credential is looked for.
 * NFKC before and after folding, since folding can undo it; outer space last, since NFKC makes some.
 */
export function emailKey(email: string): string {
  return email.normalize('NFKC').toLowerCase().normalize('NFKC').trim()
}
