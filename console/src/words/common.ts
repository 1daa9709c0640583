/** Words that several pages share. Every text of the console stands in this folder. */
export const common = {
  save: 'Save',
  cancel: 'Cancel',
  close: 'Close',
  back: 'Back',
  retry: 'Try again',
  actions: 'Actions',
  loading: 'Loading …',
  saved: 'Saved',
  optional: 'optional',
  unknownError: 'Something went wrong here.',
  unreachable: 'The server cannot be reached. Check your connection; nothing was lost.',
  /** After what the server says of it. */
  storageAway: 'Calls through the gateways go on. Try again in a moment.',
  requestId: (id: string) => `Request id ${id}`,
  copy: (what: string) => `Copy ${what}`,
  copied: 'Copied',
  copyFailed: 'The browser did not allow copying. Select the text and copy it by hand.',
  readOnly: 'Your role here is User: you may look at everything and change nothing.',
  notFound: {
    title: 'There is no such page',
    text: 'The address may be mistyped, or what it named is gone.',
    home: 'Go to the credentials',
  },
  noTenant: {
    title: 'No tenant yet',
    text: 'You are signed in, but nobody has given you a role in a tenant. Ask a Customer Admin of your venue to add you under Administration > Users.',
  },
  notNow: { title: 'Not available at the moment' },
  pageBroke: {
    title: 'This page broke',
    text: 'That is our fault. Load it again; what you had saved is saved.',
    reload: 'Load again',
  },
  roles: { customer_admin: 'Customer Admin', user: 'User' },
  editions: { enterprise: 'Enterprise', elite: 'Elite' },
} as const
