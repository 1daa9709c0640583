/** Signing in. */
export const signIn = {
  title: 'Sign in',
  intro: 'Hand out credentials for the Momentus APIs, and choose what each may call.',
  email: 'E-mail',
  password: 'Password',
  submit: 'Sign in',
  singleSignOn: (name: string) => `Continue with ${name}`,
  or: 'or with a password',
  failed: 'The e-mail address or the password is wrong.',
  tooMany: (seconds: number) =>
    `Too many attempts. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
  secondStep: 'Two-factor sign-in',
  codeLabel: 'Six-digit code',
  codeHint: 'From the authenticator app on your phone.',
  backupLabel: 'Backup code',
  backupHint: 'One of those that you kept when you set it up. Each works once.',
  useBackup: 'Use a backup code instead',
  useApp: 'Use the app instead',
  confirm: 'Confirm',
  startAgain: 'Start again',
  codeWrong: 'The code is wrong or was used before.',
  expired: 'That took too long. Sign in again.',
  errors: {
    not_invited:
      'Nobody has added you to this console yet. Ask a Customer Admin of your venue to add you under Administration > Users.',
    single_sign_on_expired: 'The single sign-on took too long. Start it again.',
    single_sign_on_cancelled: 'The single sign-on was cancelled. Start it again, or use a password.',
    single_sign_on_failed: 'The single sign-on did not work. Try again, or use a password.',
  },
} as const
