/** Whether an answer may hold entities of the set or singleton with this name. */
export type IsGranted = 'all' | ((sourceName: string) => boolean)

/** For a credential that may not call everything. */
export type IsSourceGranted = Exclude<IsGranted, 'all'>
