/** What has happened to a credential, in words. What the server calls it stands at the left. */
export const activity = {
  title: 'Activity',
  list: 'Activity, the newest first',
  failed: 'The activity could not be loaded',
  moreFailed: 'The rest could not be loaded',
  more: 'Show more',
  shown: (count: number) => `${count.toLocaleString('en')} more shown`,
  none: 'Nothing has happened yet.',
  actions: {
    credential_added: 'Added',
    credential_edited: 'Edited',
    credential_deleted: 'Deleted',
    allowed_endpoints_set: 'Allowed endpoints changed',
    tokens_issued: 'New tokens issued',
    tokens_refreshed: 'Tokens refreshed',
    token_revoked: 'Token revoked',
    refresh_token_reused: 'A refresh token came back that had been exchanged before: its line was ended',
    refresh_token_of_another:
      'Another credential presented a refresh token of this one: it was refused, and nothing happened to the token',
  },
  renamed: (from: string, to: string) => `Renamed from “${from}” to “${to}”`,
  descriptionChanged: 'Description changed',
  activated: 'Activated',
  deactivated: 'Deactivated',
  toAll: 'Allowed all endpoints',
  toOnly: (count: number) => `Narrowed to ${endpoints(count)}`,
  allowed: (added: number, removed: number) =>
    [
      ...(added > 0 ? [`${endpoints(added)} allowed`] : []),
      ...(removed > 0 ? [`${endpoints(removed)} removed`] : []),
    ]
      .join(', ')
      .replace(/^./, (first) => first.toUpperCase()),
  byPassword: {
    client_credentials: 'Access token issued for the password',
    password: 'New tokens issued for the password',
  },
  replacing: 'New tokens issued; those before were revoked',
  overlapping: (span: string) => `New token issued; the one before works for ${span} more`,
  revoked: {
    api: 'API token revoked',
    access: 'Access token revoked',
    refresh: 'Refresh token revoked, with all tokens of its line',
  },
  span: (seconds: number) => {
    for (const [unit, length] of [
      ['day', 86_400],
      ['hour', 3600],
      ['minute', 60],
    ] as const) {
      if (seconds % length === 0 && seconds > 0)
        return `${(seconds / length).toLocaleString('en')} ${seconds === length ? unit : `${unit}s`}`
    }
    return `${seconds.toLocaleString('en')} ${seconds === 1 ? 'second' : 'seconds'}`
  },
  actors: {
    managementToken: (title: string) => `the management token “${title}”`,
    itself: 'a program with the credential',
    another: (id: string) => `a program with another credential, ${id}`,
    holder: 'a holder of the token',
    holderOfOld: 'a holder of an old refresh token',
  },
  by: 'by',
} as const

function endpoints(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'endpoint' : 'endpoints'}`
}
