import { useState } from 'react'
import { PasswordStep } from './password-step.tsx'
import { SecondStep } from './second-step.tsx'

type Props = {
  readonly onSignedIn: () => void | Promise<void>
  /** Path of the console to come back to after single sign-on. */
  readonly returnTo?: string | undefined
}

/** E-mail and password, then the second factor where there is one. Goes nowhere by itself: a dialog uses it too. */
export function SignInForm({ onSignedIn, returnTo }: Props) {
  const [step, setStep] = useState<'password' | 'second' | 'expired'>('password')
  if (step === 'second') return <SecondStep onSignedIn={onSignedIn} onBack={(why) => setStep(why)} />
  return (
    <PasswordStep
      onSignedIn={onSignedIn}
      onSecondFactor={() => setStep('second')}
      returnTo={returnTo}
      expired={step === 'expired'}
    />
  )
}
