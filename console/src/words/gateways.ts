const gatewaysOf = (count: number): string =>
  count === 1 ? '1 gateway' : `${count.toLocaleString('en')} gateways`

/** Administration > Gateways. */
export const gateways = {
  title: 'Gateways',
  description: 'What answers the calls, and whether each decides by what is stored.',
  table: 'Gateways',
  columns: {
    name: 'Gateway',
    state: 'State',
    changes: 'Changes',
    decides: 'Decides by',
    configuration: 'Configuration',
    lastSeen: 'Last heard of',
  },
  states: { connected: 'Connected', silent: 'Silent', stopped: 'Stopped' },
  confirmed: 'All confirmed',
  behind: (count: number) => `${count.toLocaleString('en')} not confirmed`,
  decides: { stored: 'What is stored', other: 'Something else', unknown: 'Not known yet' },
  sameConfiguration: 'The same',
  otherConfiguration: 'Another one',
  count: (connected: number, total: number) =>
    connected === total
      ? `${gatewaysOf(total)}, ${total === 1 ? '' : 'all '}connected`
      : `${gatewaysOf(total)}, ${connected.toLocaleString('en')} connected`,
  refreshed: 'Looked at again every 5 seconds. Those that nobody has heard of for two days are not listed.',
  failed: 'The gateways could not be loaded',
  stale: 'What is shown is from before.',
  empty: {
    title: 'No gateway has come yet',
    text: 'This server is a control plane: it answers no calls itself. Start a gateway with its address and a node token.',
  },
  notYours: {
    title: 'Not shown to you',
    text: 'Gateways answer the calls of all tenants together. Whoever has a role in every tenant sees them here.',
  },
  configuration: {
    title: 'Configured differently',
    text: (names: string) =>
      `${names}: with other tenants or catalogs than this server. The same call may be answered there in another way. Give all of them the same configuration, then start them again.`,
  },
  digest: {
    title: 'Decides by something else than what is stored',
    text: (names: string) =>
      `${names}: every change is confirmed, and yet what it decides by differs from the database. This should never happen. Stop it, and find out why before it answers calls again.`,
  },
} as const
