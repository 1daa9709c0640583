/** Where the drawers about the tokens of a credential show what was done in them. */
export function noticePlace(credentialId: string): string {
  return `tokens-of-${credentialId}`
}
