import type { BetterAuthOptions } from 'better-auth'

/** Better Auth's models under our names of tables and columns. */
export const MODELS = {
  user: {
    modelName: 'operators',
    fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
  },
  session: {
    modelName: 'operator_sessions',
    fields: {
      userId: 'operator_id',
      token: 'token_digest',
      createdAt: 'created_at',
      // We refresh no session through Better Auth; the column says when it was last used.
      updatedAt: 'last_used_at',
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
    },
  },
  account: {
    modelName: 'operator_accounts',
    fields: {
      userId: 'operator_id',
      providerId: 'provider_id',
      accountId: 'account_id',
      password: 'password_hash',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
  },
  verification: {
    modelName: 'operator_verifications',
    fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
  },
} as const satisfies Pick<BetterAuthOptions, 'user' | 'session' | 'account' | 'verification'>

/** The same for the models of the plugin for second factors. */
export const TWO_FACTOR_MODELS = {
  user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
  twoFactor: {
    modelName: 'operator_two_factors',
    fields: {
      userId: 'operator_id',
      backupCodes: 'backup_codes',
      failedVerificationCount: 'failed_verification_count',
      lockedUntil: 'locked_until',
    },
  },
} as const
