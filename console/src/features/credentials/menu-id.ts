/** The mark of the button that opens a credential's menu: the focus comes back to it. */
export function menuId(credentialId: string): string {
  return `actions-${credentialId}`
}
