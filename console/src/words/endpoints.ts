const number = (count: number): string => count.toLocaleString('en')
const endpointsOf = (count: number): string => (count === 1 ? '1 endpoint' : `${number(count)} endpoints`)

/** The drawer in which a credential is narrowed. */
export const endpoints = {
  drawer: 'Edit Allowed Endpoints',
  of: (title: string) => `What ${title} may call.`,
  mode: 'Allowed endpoints',
  all: 'All endpoints',
  allHint: 'Also those that future versions bring.',
  only: 'Only chosen endpoints',
  onlyHint: 'Nothing else, and nothing new by itself.',
  allText: (total: number) => `This credential may call all ${number(total)} endpoints, reading and writing.`,
  startsEmpty:
    'The list starts empty: once saved like this, the credential may call nothing. Add what it needs.',
  gone: (count: number) =>
    count === 1
      ? '1 endpoint of the saved list is not in the catalogs any more. It is refused already; saving takes it off the list:'
      : `${number(count)} endpoints of the saved list are not in the catalogs any more. They are refused already; saving takes them off the list:`,
  kept: (count: number) => `The list of ${endpointsOf(count)} is kept here until you save.`,
  tabs: { available: 'Available', selected: 'Selected' },
  search: 'Search operation, title or path',
  resource: 'Resource',
  anyResource: 'Any resource',
  effect: 'Read or write',
  effects: { all: 'All', read: 'Read', write: 'Write' },
  catalog: 'Catalog',
  anyCatalog: 'Any catalog',
  read: 'Read',
  write: 'Write',
  personal: 'Personal data',
  tier: (tier: string) => `Licence: ${tier}`,
  inferred: 'Not documented',
  add: (operation: string) => `Add ${operation}`,
  remove: (operation: string) => `Remove ${operation}`,
  addShown: (count: number) => `Add all ${number(count)} shown`,
  addReads: (count: number) => `Add the ${number(count)} reads`,
  removeShown: (count: number) => `Remove all ${number(count)} shown`,
  paste: 'Paste a list',
  list: { available: 'Available endpoints', selected: 'Selected endpoints' },
  shown: (shown: number, total: number) =>
    shown === total ? endpointsOf(total) : `${number(shown)} of ${endpointsOf(total)}`,
  nothingFound: 'No endpoint matches the search and the filters.',
  clear: 'Clear search and filters',
  clearFilter: (filter: string) => `Clear the filter ${filter}`,
  noneSelected: 'Nothing is selected yet. Add endpoints under Available, or paste a list.',
  noneLeft: 'Every endpoint is selected.',
  summary: {
    all: (total: number) => `All ${endpointsOf(total)}`,
    count: (count: number, total: number) => `${number(count)} of ${endpointsOf(total)}`,
    writes: (count: number) => (count === 1 ? '1 writes' : `${number(count)} write`),
    readOnly: 'reads only',
    personal: 'touches personal data',
    noPersonal: 'no personal data',
    change: (added: number, removed: number) =>
      [added > 0 ? `+${number(added)}` : '', removed > 0 ? `−${number(removed)}` : '']
        .filter(Boolean)
        .join(' '),
    unsaved: 'Not saved',
  },
  added: (count: number) => `${endpointsOf(count)} added`,
  removed: (count: number) => `${endpointsOf(count)} removed`,
  undo: 'Undo',
  undone: 'Undone',
  saved: (title: string) => `What ${title} may call was saved.`,
  failed: 'The endpoints could not be loaded',
  empty: {
    title: 'Allow nothing?',
    text: 'The list is empty: every call of this credential will be refused.',
    confirm: 'Save the empty list',
    cancel: 'Go back',
  },
  drop: {
    title: 'Allow all endpoints?',
    text: (count: number) =>
      `The list of ${endpointsOf(count)} is dropped, and the credential may call everything.`,
    confirm: 'Allow all endpoints',
    cancel: 'Go back',
  },
  leave: {
    title: 'Leave without saving?',
    text: 'What you have chosen will be lost.',
    confirm: 'Leave',
    cancel: 'Stay here',
  },
  refused: {
    title: 'These endpoints are not in the catalogs any more',
    text: 'Nothing was saved. Take them off the list, then save again.',
    remove: 'Take them off the list',
  },
  conflict: {
    title: 'Somebody else has changed this credential meanwhile',
    text: 'Take theirs and start from there, or save your choice over it.',
    theirsAll: 'Theirs: all endpoints.',
    theirsList: (count: number) => `Theirs: ${endpointsOf(count)}.`,
    theirs: 'Take theirs',
    mine: 'Save mine over it',
  },
  pasting: {
    title: 'Paste a list',
    text: 'Operation names, titles or paths, as partners publish them: one a line, or with commas between.',
    label: 'List of endpoints',
    example: 'GetEventList\nBookings/GetBooking\nGET /Events/{OrgCode}/{EventID}',
    matched: (count: number) => `${endpointsOf(count)} found`,
    already: (count: number) => `${number(count)} selected already`,
    ambiguous: 'These names mean more than one endpoint. Choose:',
    unknown: 'Not found:',
    unknownNames: 'names not found',
    add: (count: number) => `Add ${endpointsOf(count)}`,
    back: 'Back to the list',
  },
} as const
