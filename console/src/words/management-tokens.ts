/** Tokens for programs that manage credentials. */
export const managementTokens = {
  intro:
    'For automation: a program that adds, narrows or deletes credentials through the admin API. They do not call the Momentus APIs; credentials do.',
  add: 'Add Management Token',
  table: 'Management tokens',
  columns: { title: 'Title', role: 'Role', created: 'Created', lastUsed: 'Last used' },
  everyTenant: 'Every tenant',
  everyTenantHint:
    'Made at the first start, or set by STAGEDOOR_MANAGEMENT_TOKEN. It cannot be revoked here.',
  by: (name: string) => `by ${name}`,
  never: 'Never',
  unknown: '–',
  revoke: 'Revoke',
  revokeOf: (title: string) => `Revoke ${title}`,
  failed: 'The management tokens could not be loaded',
  empty: {
    title: 'No management tokens yet',
    text: 'Make one for a program that manages credentials for you.',
  },
  drawer: 'Add Management Token',
  form: {
    title: 'Title',
    titleHint: 'Says which program uses it.',
    titleNeeded: 'Give it a title.',
    role: 'Role',
    roleHints: {
      customer_admin: 'Everything in this tenant: credentials, users, management tokens.',
      user: 'Looks at everything, changes nothing.',
    },
  },
  made: (title: string) => `${title} was made. It reaches this tenant only.`,
  once: 'Shown only now. Copy it before you close this.',
  token: 'Management Token',
  curl: 'Try it',
  curlName: 'curl line',
  curlHint: 'Lists the credentials of this tenant.',
  done: 'Done',
  leave: {
    title: 'Close without copying?',
    text: 'You have not copied the token, and it cannot be shown again.',
    confirm: 'Close anyway',
    cancel: 'Go back and copy',
  },
  confirm: {
    title: 'Revoke Management Token',
    text: (title: string) =>
      `The program that uses “${title}” is refused from the next request on. This cannot be undone.`,
    confirm: 'Yes, Revoke',
    done: (title: string) => `${title} was revoked.`,
  },
} as const
