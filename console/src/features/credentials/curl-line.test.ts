import { describe, expect, it } from 'vitest'
import { curlLine } from './curl-line.ts'

const options = { gatewayUrl: 'https://api.example.com', token: 'sd_api_x' }

function endpoint(method: 'GET' | 'POST', path: string, resource: string) {
  return {
    id: path,
    catalog: 'c',
    operation: 'Op',
    title: 'T',
    effect: 'read',
    method,
    path,
    resource,
  } as const
}

describe('the curl line', () => {
  it('reads the events of an organization where it can', () => {
    const line = curlLine(
      [
        endpoint('GET', '/e/Accounts/{OrgCode}', 'Accounts'),
        endpoint('GET', '/e/Events/{OrgCode}/{EventID}', 'Events'),
        endpoint('GET', '/e/Events/{OrgCode}', 'Events'),
      ],
      options,
    )
    expect(line).toBe(
      'curl "https://api.example.com/e/Events/10?search=All" -H "Authorization: Bearer sd_api_x"',
    )
  })

  it('takes another list where there are no events, and nothing where everything needs a key', () => {
    expect(curlLine([endpoint('GET', '/v1/venues', 'Venues')], options)).toContain('/v1/venues"')
    expect(curlLine([endpoint('GET', '/v1/venues/{id}', 'Venues')], options)).toBeUndefined()
    expect(curlLine([endpoint('POST', '/v1/venues', 'Venues')], options)).toBeUndefined()
  })
})
