/**
 * The one spelling under which the address of a credential is looked for.
 * NFKC before and after folding, since folding can undo it.
 */
export function emailKey(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase().normalize('NFKC')
}
