import { Button, Text, Title } from '@mantine/core'
import { IconKey, IconKeyOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { ApiError } from '#api/api-error.ts'
import type { TenantOfMe } from '#api/me.ts'
import type { Credential } from '#features/credentials/use-credentials.ts'
import { Empty } from '#ui/empty.tsx'
import { Failure } from '#ui/failure.tsx'
import { LoadingLines } from '#ui/loading-lines.tsx'
import { returnMark } from '#ui/return-focus.ts'
import { useNow } from '#ui/use-now.ts'
import { credentials } from '#words/credentials.ts'
import { tokens as words } from '#words/tokens.ts'
import { ISSUE_MARK } from './issue-mark.ts'
import { RevokeTokenDialog } from './revoke-token-dialog.tsx'
import { TokenItem } from './token-item.tsx'
import classes from './tokens.module.css'
import { type Token, tokensQuery } from './tokens-query.ts'

type Props = {
  readonly tenant: TenantOfMe
  readonly credential: Credential
  readonly onIssue: () => void
}

/** The live tokens of a credential, in each of the states of a list. */
export function TokenList({ tenant, credential, onIssue }: Props) {
  const heading = useId()
  const now = useNow()
  const [doomed, doom] = useState<Token>()
  const { data, error, refetch } = useQuery(tokensQuery(tenant.id, credential.id))
  const mayChange = tenant.role === 'customer_admin'
  const gone = error instanceof ApiError && error.status === 404
  return (
    <section aria-labelledby={heading}>
      <div className={classes['bar']}>
        <Title order={3} size="h5" id={heading}>
          {words.list}
        </Title>
        {mayChange && (
          <Button
            size="xs"
            leftSection={<IconKey size={15} aria-hidden />}
            {...returnMark(ISSUE_MARK)}
            onClick={onIssue}
          >
            {words.issue}
          </Button>
        )}
      </div>
      <Text size="sm" c="dimmed" mb="sm">
        {credential.active ? words.listHint : words.inactive}
      </Text>
      {error && (
        <Failure
          title={gone ? credentials.edit.gone : words.failed}
          error={error}
          onRetry={gone ? undefined : () => void refetch()}
        />
      )}
      {!data && !error && <LoadingLines />}
      {data?.total === 0 && (
        <div className={classes['panel']}>
          <Empty
            icon={<IconKeyOff size={26} />}
            title={words.empty.title}
            order={4}
            text={`${words.empty.text[credential.authenticationMethod]} ${mayChange ? words.empty.mayChange : words.empty.mayLook}`}
          />
        </div>
      )}
      {data && data.total > 0 && (
        <ul className={`${classes['panel']} ${classes['items']}`}>
          {data.items.map((token) => (
            <TokenItem key={token.id} token={token} now={now} onRevoke={mayChange ? doom : undefined} />
          ))}
        </ul>
      )}
      {data && data.total > data.items.length && (
        <Text size="sm" c="dimmed" mt="xs">
          {words.newest(data.items.length, data.total)}
        </Text>
      )}
      {data && doomed && (
        <RevokeTokenDialog
          tenantId={tenant.id}
          credentialId={credential.id}
          token={doomed}
          isOnly={data.total === 1}
          onClose={() => doom(undefined)}
        />
      )}
    </section>
  )
}
