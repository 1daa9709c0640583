/** What somebody may do in a tenant: a Customer Admin everything, a User look at everything and change nothing. */
export const ROLES = ['customer_admin', 'user'] as const
export type Role = (typeof ROLES)[number]
