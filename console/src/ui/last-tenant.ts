const KEY = 'stagedoor-tenant'

/** The tenant that was looked at last, on this device. Storage may be refused: then there is none. */
export const lastTenant = {
  get(): string | undefined {
    try {
      return localStorage.getItem(KEY) ?? undefined
    } catch {
      return undefined
    }
  },
  set(tenantId: string): void {
    try {
      localStorage.setItem(KEY, tenantId)
    } catch {
      // Nothing is lost but a convenience.
    }
  },
}
