import { Radio, Stack } from '@mantine/core'
import { common } from '#words/common.ts'

const ROLES = ['customer_admin', 'user'] as const
export type Role = (typeof ROLES)[number]

type Props = {
  readonly label: string
  readonly hints: Readonly<Record<Role, string>>
  readonly value?: string
  readonly onChange?: (value: string) => void
}

/** One of the two roles, with what each may do. */
export function RoleField({ label, hints, ...input }: Props) {
  return (
    <Radio.Group label={label} required {...input}>
      <Stack gap="xs" mt={6}>
        {ROLES.map((role) => (
          <Radio key={role} value={role} label={common.roles[role]} description={hints[role]} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
