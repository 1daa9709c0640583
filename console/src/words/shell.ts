/** The frame around every page. */
export const shell = {
  skip: 'Skip to the content',
  mainMenu: 'Main menu',
  openMenu: 'Open the menu',
  closeMenu: 'Close the menu',
  marketplace: 'Marketplace',
  apis: 'APIs',
  apiKeys: 'API Keys',
  administration: 'Administration',
  users: 'Users',
  tenant: (name: string) => `Tenant: ${name}`,
  switchTenant: 'Switch tenant',
  account: (name: string) => `Account of ${name}`,
  myAccount: 'My account',
  signOut: 'Sign out',
  signOutFailed: 'Signing out did not work. You are still signed in.',
  theme: 'Appearance',
  themes: { light: 'Light', dark: 'Dark', auto: 'As the system' },
  sessionEnded: {
    title: 'Your session has ended',
    text: 'Sign in again and go on where you were. What you have typed is still here.',
  },
} as const
