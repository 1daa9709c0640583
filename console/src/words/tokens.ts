/** The drawer with a credential's tokens, and what is asked before some are issued or revoked. */
export const tokens = {
  drawer: 'Tokens',
  kinds: { api: 'API Token', access: 'Access Token', refresh: 'Refresh Token' },
  list: 'Live tokens',
  listHint:
    'What can call with this credential now. Of a token only its first and last characters are known.',
  inactive: 'The credential is inactive: none of these is accepted until it is activated again.',
  newest: (listed: number, total: number) =>
    `The newest ${listed.toLocaleString('en')} of ${total.toLocaleString('en')} are listed.`,
  failed: 'The tokens could not be loaded',
  issued: 'Issued',
  lastUsed: 'Last used',
  never: 'Never',
  expires: 'Expires',
  neverExpires: 'Does not expire',
  expired: 'Expired',
  issue: 'Issue New Tokens',
  open: 'Tokens and activity',
  empty: {
    title: 'No live tokens',
    text: {
      api_token: 'Nothing can call with this credential now.',
      oauth:
        'Nothing can call with this credential now, until a program gets an access token with its password.',
    },
    mayChange: 'Issue new tokens to use it again.',
    mayLook: 'A Customer Admin can issue new ones.',
  },
  revoke: {
    button: 'Revoke',
    of: (kind: string, hint: string) => `Revoke ${kind} ${hint}`,
    title: (kind: string) => `Revoke ${kind}`,
    confirm: 'Yes, Revoke',
    done: (kind: string, hint: string) => `${kind} ${hint} was revoked.`,
    gone: (kind: string) => `This ${kind} was not there any more.`,
    token: 'Token',
    apiOnly:
      'It is the only live token of this credential: nothing can call with the credential until a new one is issued. This cannot be undone.',
    apiOthers:
      'Whoever calls with it is refused from the next call on. The other tokens of the credential go on working. This cannot be undone.',
    access:
      'Calls with it are refused from the next one on. Whoever has the refresh token or the password can still get another: to stop that, revoke the refresh token, or deactivate the credential.',
    refresh:
      'Its whole line ends: it cannot be exchanged any more, and every access token that came from it is refused from the next call on. Whoever uses them needs new tokens. This cannot be undone.',
  },
  reuse: {
    badge: 'Refresh token reused',
    badgeOf: (title: string) => `Refresh token reused: tokens of ${title}`,
    title: 'A refresh token was used a second time',
    when: 'Seen',
    what: 'A refresh token of this credential came back after it had been exchanged. Either a program kept an old one, or somebody has a copy.',
    done: 'Its line was ended at once: all refresh and access tokens that came from it are refused.',
    doNow:
      'Find out who has the tokens. Then issue new ones, and hand them to nobody else. This notice goes away with that.',
  },
  overlap: {
    text: (title: string) =>
      `“${title}” gets a new API token, shown once. A token that was lost is replaced the same way: nobody can look it up again.`,
    textNone: (title: string) =>
      `“${title}” has no live token. It gets a new API token, which is shown once.`,
    lastUsed: 'The present token was last used',
    neverUsed: 'The present token was never used.',
    question: 'How long does the present token go on working?',
    hint: 'For a time, both work, so that no program is refused while the new one is put in. Under Tokens you can end the old one earlier.',
    atOnce: 'Stop at once',
    atOnceHint: 'Right where it may be in wrong hands, or nothing uses it. This cannot be undone.',
    until: 'Until',
    times: { 3600: '1 hour', 86400: '1 day', 604800: '7 days', 2592000: '30 days' },
    issued: (title: string) => `New token for ${title}. The one before works until`,
  },
  changed:
    'This credential has changed meanwhile: by somebody else, or by new tokens whose answer was lost on the way. If you still want new ones, press the button again.',
} as const
