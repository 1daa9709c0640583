/** What a start tells the person at the terminal. */
export type Greeting = {
  readonly role: 'all' | 'control' | 'gateway'
  /** Undefined for a gateway. */
  readonly consoleUrl?: string | undefined
  readonly gatewayUrl: string
  /** Where this process itself listens. */
  readonly here: { readonly console?: string | undefined; readonly gateway?: string | undefined }
  readonly gatewayProcesses: number
  readonly sandboxPort: number | undefined
  readonly dataDirectory: string
  /** Set as long as there is no operator. */
  readonly firstOperatorCode?: string | undefined
  /** Set when the management token was made at this start; it is never shown again. */
  readonly madeManagementToken?: string | undefined
  /** Example calls for a tenant of the sandbox; undefined where none is configured. */
  readonly exampleTenantId: string | undefined
}

const ALLOWED_ID = 'enterprise:GET:/events/{}'

/** The text that a start prints: where everything is, and three lines to paste where everything is here. */
export function greeting(facts: Greeting): string {
  const { role, consoleUrl } = facts
  const lines = [
    '',
    OPEN[role],
    '',
    ...(consoleUrl === undefined
      ? []
      : [
          `  Console     ${consoleUrl}${listening(consoleUrl, facts.here.console)}`,
          `  Admin API   ${consoleUrl}/api/v1/tenants   (description: /api/openapi.json)`,
        ]),
    `  Gateway     ${facts.gatewayUrl}${listening(facts.gatewayUrl, facts.here.gateway)}`,
    ...(facts.gatewayProcesses === 1
      ? []
      : [`  Processes   ${facts.gatewayProcesses}, which share its port`]),
    ...(facts.sandboxPort === undefined
      ? []
      : [`  Sandbox     http://127.0.0.1:${facts.sandboxPort}   (stands in for the Momentus APIs)`]),
    `  Data        ${facts.dataDirectory}`,
    '',
    ...(consoleUrl === undefined ? [] : consoleLines(facts, consoleUrl)),
  ]
  return `${lines.join('\n')}\n`
}

/** Others reach it by an address of the settings, which says nothing of the port here. */
function listening(known: string, here: string | undefined): string {
  return here === undefined || here === known ? '' : `   (here: ${here})`
}

const OPEN = {
  all: '  Stagedoor is open.',
  control: '  Stagedoor is open: a control plane.',
  gateway: '  Stagedoor is open: a gateway.',
} as const

function consoleLines(facts: Greeting, consoleUrl: string): readonly string[] {
  const { role, exampleTenantId, firstOperatorCode, madeManagementToken } = facts
  return [
    ...welcomeLines(consoleUrl, firstOperatorCode),
    ...tokenLines(madeManagementToken),
    ...(exampleTenantId === undefined || role !== 'all'
      ? []
      : exampleLines({ ...facts, consoleUrl }, exampleTenantId)),
  ]
}

function welcomeLines(consoleUrl: string, firstOperatorCode: string | undefined): readonly string[] {
  if (firstOperatorCode === undefined) return []
  return [
    '  Nobody can sign in to the console yet. This link makes the first operator, once, within 24 hours:',
    '',
    `  ${consoleUrl}/welcome#${firstOperatorCode}`,
    '',
  ]
}

function tokenLines(made: string | undefined): readonly string[] {
  if (made !== undefined) return ['  Management token, shown this once:', '', `  ${made}`, '']
  return [
    '  The management token is the one in STAGEDOOR_MANAGEMENT_TOKEN, or else the one that the first start showed:',
    '  have it in that variable before you paste. Who has lost it sets a new one there and starts again.',
    '',
  ]
}

function exampleLines(facts: Greeting, tenantId: string): readonly string[] {
  const token = facts.madeManagementToken ?? '$STAGEDOOR_MANAGEMENT_TOKEN'
  const events = `${facts.gatewayUrl}/enterprise/connect/api/Events/10`
  const body = `{"title":"Day board '$(date +%s)'","authenticationMethod":"api_token","allowedEndpoints":{"kind":"only","endpoints":["${ALLOWED_ID}"]}}`
  const take = `sed -n 's/.*"apiToken":"\\([^"]*\\)".*/\\1/p'`
  const create = `curl -s ${facts.consoleUrl}/api/v1/tenants/${tenantId}/credentials -H "Authorization: Bearer ${token}" -H 'Content-Type: application/json' -d '${body}'`
  return [
    '  Try it in another terminal: create a credential, make a call that it allows, make one that it refuses.',
    '',
    `CREATED=$(${create}); echo "$CREATED"; APITOKEN=$(echo "$CREATED" | ${take})`,
    `curl -i "${events}?search=All" -H "Authorization: Bearer $APITOKEN"`,
    `curl -i "${events}/9001" -H "Authorization: Bearer $APITOKEN"`,
    '',
  ]
}
