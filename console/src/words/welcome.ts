/** The first operator, and whoever is invited. */
export const welcome = {
  title: 'Welcome',
  firstIntro: 'You are the first operator here. Choose how you sign in; you can then add others.',
  invitedIntro: (email: string) =>
    `You have been invited to this console as ${email}. Choose a password to sign in with.`,
  name: 'Your name',
  email: 'E-mail',
  password: 'Password',
  passwordHint: 'At least 15 characters; several words are easy to keep in mind.',
  create: 'Create my account',
  checking: 'Looking at the link …',
  invalidTitle: 'This link cannot be used',
  invalidText:
    'It is used up, expired or incomplete. The first operator: start Stagedoor again, it prints a new link. Everybody else: ask your Customer Admin for a new one.',
  paste: 'Link or code',
  pasteHint: 'Paste the whole link that you were given.',
  check: 'Go on',
} as const
