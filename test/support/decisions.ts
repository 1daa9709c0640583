import { rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { PLAIN, plainConfig } from './plain-config.ts'
import { type Stagedoor, startStagedoor, temporaryFolder } from './stagedoor.ts'
import { unusedPort } from './unused-port.ts'
import { type Received, startUpstream, type TestUpstream } from './upstream.ts'

/** A service that can be written to: the Momentus one is read only. */
const PETS = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
  <Schema Namespace="Shop" xmlns="http://docs.oasis-open.org/odata/ns/edm">
    <EntityType Name="Pet"><Key><PropertyRef Name="ID"/></Key>
      <Property Name="ID" Type="Edm.Int32" Nullable="false"/>
      <NavigationProperty Name="Owner" Type="Shop.Owner"/></EntityType>
    <EntityType Name="Owner"><Key><PropertyRef Name="ID"/></Key>
      <Property Name="ID" Type="Edm.Int32" Nullable="false"/></EntityType>
    <EntityContainer Name="Container">
      <EntitySet Name="Pets" EntityType="Shop.Pet"><NavigationPropertyBinding Path="Owner" Target="Owners"/></EntitySet>
      <EntitySet Name="Owners" EntityType="Shop.Owner"/>
    </EntityContainer>
  </Schema>
</edmx:DataServices></edmx:Edmx>`

/** Answers with the status that the query asks for, 200 unless it does. */
function answerAsAsked({ url }: Received, response: ServerResponse): void {
  const status = Number(/[?&]status=(\d{3})/.exec(url)?.[1] ?? 200)
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${status} of the API`)
}

/** Stagedoor with a port for decisions, in front of an API that keeps what it receives. */
export type DecidingWorld = {
  readonly door: Stagedoor
  readonly api: TestUpstream
  readonly decisionsPort: number
  readonly decisionsUrl: string
  /** A credential with these endpoints, or with all of them. */
  readonly add: (
    endpoints: readonly string[] | 'all',
  ) => Promise<{ readonly id: string; readonly token: string }>
  readonly stop: () => Promise<void>
}

export type Decisions = { readonly trustedProxies?: readonly string[]; readonly callIn?: string }

export async function startDeciding(
  decisions: Decisions = { trustedProxies: ['127.0.0.1'] },
): Promise<DecidingWorld> {
  const api = await startUpstream(answerAsAsked)
  const decisionsPort = await unusedPort()
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'pets.csdl.xml'), PETS)
  const upstreams = {
    enterprise: { baseUrl: api.url },
    odata: { baseUrl: `${api.url}/odata` },
    pets: { baseUrl: `${api.url}/shop` },
  }
  const { catalogs, tenants } = plainConfig(upstreams)
  const pets = { document: join(folder, 'pets.csdl.xml'), mount: '/pets' }
  const config = { catalogs: { ...catalogs, pets }, tenants, decisions }
  const env = { STAGEDOOR_DECISIONS_PORT: String(decisionsPort) }
  const door = await startStagedoor({ folder, config, env })
  let made = 0
  return {
    door,
    api,
    decisionsPort,
    decisionsUrl: `http://127.0.0.1:${decisionsPort}`,
    add: async (endpoints) => {
      made += 1
      const allowedEndpoints = endpoints === 'all' ? { kind: 'all' } : { kind: 'only', endpoints }
      const body = { title: `Credential ${made}`, authenticationMethod: 'api_token', allowedEndpoints }
      const { json, status, text } = await door.admin('POST', `${PLAIN}/credentials`, body)
      if (status !== 201) throw new Error(`the credential was refused: ${text}`)
      return { id: json.credential.id, token: json.secrets.apiToken }
    },
    stop: async () => {
      await door.stop()
      await api.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What the tests of the port for decisions grant: endpoints of each kind of API. */
export const GRANTED: readonly string[] = [
  'enterprise:GET:/events/{}',
  'enterprise:GET:/events/{}/{}',
  'enterprise:POST:/events',
  'odata:GET:/Events',
  'pets:GET:/Pets',
  'pets:POST:/Pets',
  'pets:DELETE:/Pets',
]
