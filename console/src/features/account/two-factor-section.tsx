import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { GuardedDrawer } from '#ui/guarded-drawer.tsx'
import { Section } from '#ui/section.tsx'
import { StatusDot } from '#ui/status-dot.tsx'
import { account } from '#words/account.ts'
import { NewCodes } from './new-codes.tsx'
import { SetUp } from './set-up.tsx'
import { TurnOff } from './turn-off.tsx'

const words = account.twoFactor

type Props = { readonly isOn: boolean; readonly hasPassword: boolean }
type Drawer = 'setUp' | 'turnOff' | 'newCodes'

export function TwoFactorSection({ isOn, hasPassword }: Props) {
  const [drawer, setDrawer] = useState<Drawer>()
  const open = (which: Drawer, label: string) => (
    <Button variant="default" onClick={() => setDrawer(which)}>
      {label}
    </Button>
  )
  return (
    <Section title={words.title}>
      {hasPassword ? (
        <>
          <StatusDot tone={isOn ? 'good' : 'off'} label={isOn ? words.on : words.off} />
          <Text size="sm" c="dimmed" mt={4}>
            {isOn ? words.onText : words.offText}
          </Text>
          <Group mt="md">
            {isOn ? (
              <>
                {open('newCodes', words.newCodes)}
                {open('turnOff', words.turnOff)}
              </>
            ) : (
              open('setUp', words.setUp)
            )}
          </Group>
        </>
      ) : (
        <Text size="sm">{words.none}</Text>
      )}
      <GuardedDrawer
        opened={drawer !== undefined}
        title={drawer === undefined ? '' : words.drawers[drawer]}
        onClose={() => setDrawer(undefined)}
        leave={words.leave}
      >
        {(content) => (
          <>
            {drawer === 'setUp' && <SetUp {...content} />}
            {drawer === 'turnOff' && <TurnOff close={content.close} />}
            {drawer === 'newCodes' && <NewCodes {...content} />}
          </>
        )}
      </GuardedDrawer>
    </Section>
  )
}
