import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '#api/api-error.ts'
import { api, bodyOf, type Schemas } from '#api/client.ts'
import { receiptNotice } from '#features/receipts/receipt-notice.ts'
import { notify } from '#ui/notices.ts'
import { endpoints as words } from '#words/endpoints.ts'
import type { Allowed } from './allowed-query.ts'
import { effectOf } from './effect.ts'
import type { EndpointIndex } from './endpoint-index.ts'
import { refusedIds } from './refused-ids.ts'
import type { Choice } from './use-choice.ts'

type Options = {
  readonly tenantId: string
  readonly credential: Pick<Schemas['Credential'], 'id' | 'title'>
  readonly index: EndpointIndex
  readonly allowed: Allowed
  readonly onReload: () => Promise<Allowed | undefined>
  readonly onSaved: () => void
}

/** Saves a choice; where somebody else was faster, says what is theirs. */
export function useSave({ tenantId, credential, index, allowed, onReload, onSaved }: Options) {
  const { id: credentialId, title } = credential
  const [base, setBase] = useState(allowed)
  const [theirs, setTheirs] = useState<Allowed>()
  const queries = useQueryClient()
  const { mutate, isPending, error, reset, variables } = useMutation({
    mutationFn: ({ body, over }: { readonly body: Schemas['ChosenEndpoints']; readonly over: Allowed }) =>
      bodyOf(
        api.PUT('/api/v1/tenants/{tenantId}/credentials/{credentialId}/allowed-endpoints', {
          params: { path: { tenantId, credentialId }, header: { 'If-Match': over.etag } },
          body,
        }),
      ),
    onSuccess: async ({ receipt }, { body, over }) => {
      const holds = effectOf(body, { before: over.allowed, index })
      notify(receiptNotice(receipt, { done: words.saved(title), holds }))
      onSaved()
      await queries.invalidateQueries({ queryKey: ['tenants', tenantId, 'credentials'] })
    },
    onError: async (refused) => {
      if (refused instanceof ApiError && refused.code === 'version_mismatch') setTheirs(await onReload())
    },
  })
  return {
    save: (choice: Choice) => mutate({ body: toBody(choice, index), over: base }),
    overwrite: (choice: Choice) => theirs && mutate({ body: toBody(choice, index), over: theirs }),
    takeTheirs: () => {
      if (theirs) setBase(theirs)
      setTheirs(undefined)
      reset()
    },
    forget: reset,
    theirs,
    /** Endpoints that the tenant does not have any more, by the server's word. */
    refused: variables?.body.kind === 'only' ? refusedIds(error, variables.body.endpoints) : [],
    isPending,
    error: theirs ? null : error,
  }
}

function toBody({ mode, selection }: Choice, { endpoints }: EndpointIndex): Schemas['ChosenEndpoints'] {
  if (mode === 'all') return { kind: 'all' }
  const ids = [...selection].flatMap((place) => endpoints[place]?.id ?? [])
  // Whoever saves an empty list has been asked.
  return { kind: 'only', endpoints: ids, ...(ids.length === 0 && { confirmEmpty: true }) }
}
