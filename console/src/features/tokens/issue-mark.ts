/** The mark of the button that issues new tokens: the focus comes back to it, and goes there when a token is gone. */
export const ISSUE_MARK = 'issue-new-tokens'
