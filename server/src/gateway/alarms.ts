/** What should never happen, and is looked into when it does. */
export type AlarmKind =
  /** The second reading of a request saw more than the analysis. */
  | 'odata_doubtful'
  /** An upstream answered with more than the credential may read. */
  | 'upstream_reveals_more'

/** Counts alarms for whoever watches this gateway. */
export type Alarms = { readonly raise: (kind: AlarmKind) => void }
