import { useMe } from '#api/me.ts'
import { Page } from '#ui/page.tsx'
import { account } from '#words/account.ts'
import { PasswordSection } from './password-section.tsx'
import { SessionsSection } from './sessions-section.tsx'
import { TwoFactorSection } from './two-factor-section.tsx'

/** How one signs in, and where one is signed in. */
export function AccountPage() {
  const { operator } = useMe()
  if (!operator) return null
  return (
    <Page title={account.title} description={account.description(operator.name, operator.email)}>
      <PasswordSection hasPassword={operator.hasPassword} email={operator.email} />
      <TwoFactorSection isOn={operator.twoFactorEnabled} hasPassword={operator.hasPassword} />
      <SessionsSection />
    </Page>
  )
}
