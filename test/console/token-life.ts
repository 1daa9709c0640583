import type { Stagedoor } from '../support/stagedoor.ts'
import { CREDENTIALS, createTokenClient } from '../support/token-client.ts'
import { freshTitle } from './scene.ts'

export type ApiCredential = { readonly id: string; readonly title: string; readonly token: string }

/** A new credential with an API token. */
export async function addApiCredential(door: Stagedoor, title = freshTitle()): Promise<ApiCredential> {
  const { json } = await door.admin('POST', CREDENTIALS, { title, authenticationMethod: 'api_token' })
  return { id: json.credential.id, title, token: json.secrets.apiToken }
}

/** Issues a new API token by the API; the one before goes on for so long. */
export async function issueWithOverlap(door: Stagedoor, id: string, overlapSeconds: number): Promise<string> {
  const address = `${CREDENTIALS}/${id}/tokens`
  const { json } = await door.admin('POST', address, { overlapSeconds }, { 'if-match': '*' })
  return json.secrets.apiToken
}

export type ReusedCredential = { readonly id: string; readonly title: string; readonly accessToken: string }

/** A new OAuth credential whose first refresh token came back after two exchanges: its line was ended. */
export async function addReusedCredential(door: Stagedoor): Promise<ReusedCredential> {
  const client = createTokenClient(door)
  const { id, refreshToken } = await client.add()
  const second = await client.refresh(refreshToken)
  const third = await client.refresh(second.json.refresh_token)
  const reused = await client.refresh(refreshToken)
  if (reused.status !== 400)
    throw new Error(`a refresh token was used twice, and the answer is ${reused.text}`)
  const { json } = await door.admin('GET', `${CREDENTIALS}/${id}`)
  return { id, title: json.title, accessToken: third.json.access_token }
}
