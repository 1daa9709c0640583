const number = (count: number): string => count.toLocaleString('en')
const seconds = (milliseconds: number): string =>
  `${Math.max(0.01, Math.ceil(milliseconds / 10) / 100).toFixed(2)} s`

/** What gateways have to say to a change. Their words end a sentence that began with what was done. */
export const receipts = {
  /** How such a sentence begins. */
  holds: {
    refused: 'Refused',
    works: 'Works',
    newOnesWork: 'The new ones work',
    takenOff: 'What was taken off is refused',
    added: 'What was added works',
    list: 'The new list holds',
  },
  on: (begin: string, gateways: number) =>
    gateways === 1
      ? `${begin} on the gateway`
      : `${begin} on ${number(gateways)} of ${number(gateways)} gateways`,
  done: (sentence: string) => `${sentence}.`,
  doneIn: (sentence: string, milliseconds: number) => `${sentence}, ${seconds(milliseconds)}.`,
  soFar: (begin: string, confirmed: number, gateways: number) =>
    `${begin} on ${number(confirmed)} of ${number(gateways)} gateways so far.`,
  notYet: 'The gateway has not confirmed it yet.',
  unknown: 'It is not known which gateways have confirmed it.',
  notAsked:
    'The database cannot be asked at the moment. Gateways may go on as before, until they have caught up.',
  none: 'No gateway is connected at the moment, so no call is answered.',
  late: (name: string, since: string) => `${name} has not confirmed. It was last heard of at ${since}.`,
  silent: (name: string, since: string) =>
    `${name} has not confirmed. Nobody has heard of it since ${since}.`,
  until: (until: string) => `It may go on as before until ${until}.`,
  more: (count: number) => `And ${number(count)} more.`,
  after: 'From then on a gateway refuses every call, until it has caught up.',
  stopped: (name: string, until: string) =>
    `${name} is stopped. Started again before ${until}, it may begin as before.`,
  warning: 'Warning',
  dismiss: 'Dismiss',
  region: 'Messages',
} as const
