/** The page Momentus APIs and its tabs. */
export const apis = {
  title: 'Momentus APIs',
  description: (tenant: string) => `Who may call the APIs of ${tenant}, and what.`,
  tabs: 'Momentus APIs',
  credentials: 'Credentials',
  managementTokens: 'Management Tokens',
  gateway: 'Gateway address',
  gatewayName: 'gateway address',
} as const
