import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PLAIN, plainConfig } from '#test/support/plain-config.ts'
import { type Stagedoor, startStagedoor, temporaryFolder } from '#test/support/stagedoor.ts'
import { EVENTS } from '#test/support/wire-scene.ts'
import { type GoodCaller, startGoodCaller } from './good-caller.ts'

/** A running Stagedoor in its role of everything, in front of an API, with a good caller. */
export type Scene = {
  readonly door: Stagedoor
  /** Of a credential that may call everything. */
  readonly token: string
  readonly credentialId: string
  readonly good: GoodCaller
  readonly stop: () => Promise<void>
}

/** A service that takes bodies: the Momentus one is read only. */
const PETS = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
  <Schema Namespace="Shop" xmlns="http://docs.oasis-open.org/odata/ns/edm">
    <EntityType Name="Pet"><Key><PropertyRef Name="ID"/></Key>
      <Property Name="ID" Type="Edm.Int32" Nullable="false"/><Property Name="Name" Type="Edm.String"/></EntityType>
    <EntityContainer Name="Container"><EntitySet Name="Pets" EntityType="Shop.Pet"/></EntityContainer>
  </Schema>
</edmx:DataServices></edmx:Edmx>`

export async function startScene(): Promise<Scene> {
  const upstream = fork(join(import.meta.dirname, 'upstream-process.ts'))
  const [baseUrl]: unknown[] = await once(upstream, 'message')
  if (typeof baseUrl !== 'string') throw new TypeError('the API tells its address')
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'pets.csdl.xml'), PETS)
  const { catalogs, tenants } = plainConfig({
    enterprise: { baseUrl },
    odata: { baseUrl: `${baseUrl}/odata` },
    pets: { baseUrl: `${baseUrl}/shop` },
  })
  const pets = { document: join(folder, 'pets.csdl.xml'), mount: '/pets' }
  const door = await startStagedoor({ folder, config: { catalogs: { ...catalogs, pets }, tenants } })
  const body = { title: 'Beside', authenticationMethod: 'api_token' }
  const { json } = await door.admin('POST', `${PLAIN}/credentials`, body)
  const token: string = json.secrets.apiToken
  const lines = ['Host: door', `Authorization: Bearer ${token}`, 'X-Tag: good']
  const good = startGoodCaller(door.gatewayUrl, `GET ${EVENTS} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  return {
    door,
    token,
    credentialId: json.credential.id,
    good,
    stop: async () => {
      good.stop()
      await door.stop()
      upstream.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
