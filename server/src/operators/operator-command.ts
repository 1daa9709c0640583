import type { ChangeContext } from '#audit/record-audit-event.ts'

/** An operator of a tenant, and who asks for the change. */
export type OperatorCommand = ChangeContext & { readonly tenantId: string; readonly operatorId: string }
