import { createSandbox } from '#app.ts'
import type { ReceivedCall } from '#events/service.ts'
import { DEVELOPMENT_SETTINGS } from '#settings.ts'

export type EventsAnswer = { readonly status: number; readonly text: string; readonly json: any }
export type EventsCall = {
  readonly method?: string
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

export type EventsClient = {
  /** Sends exactly this target below the service root. */
  readonly ask: (target: string, call?: EventsCall) => Promise<EventsAnswer>
  readonly received: () => Promise<readonly ReceivedCall[]>
  readonly side: (method: string, body?: object) => Promise<Response>
}

/** A fresh sandbox, and a way to ask its event service whatever one likes. */
export function createEventsClient(): EventsClient {
  const app = createSandbox({ now: () => 0, randomText: () => '', settings: DEVELOPMENT_SETTINGS })
  const side = async (method: string, body?: object): Promise<Response> =>
    app.request('/sandbox/events', { method, ...(body && { body: JSON.stringify(body) }) })
  return {
    ask: async (target, { method = 'GET', body, headers } = {}) => {
      const init: RequestInit = {
        method,
        headers: { 'X-Sandbox-Key': DEVELOPMENT_SETTINGS.events.key, ...headers },
        ...(body !== undefined && { body }),
      }
      const answer = await app.request('/events-odata', init, { incoming: { url: `/events-odata${target}` } })
      const text = await answer.text()
      return { status: answer.status, text, json: /^[{[]/.test(text) ? JSON.parse(text) : undefined }
    },
    received: async () => (await (await side('GET')).json()) as readonly ReceivedCall[],
    side,
  }
}
