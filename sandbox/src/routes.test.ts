import { describe, expect, it } from 'vitest'
import { createRouter, splitPath } from './routes.ts'

const router = createRouter([
  { method: 'GET', template: '/api/v1/Events/{OrgCode}/{EventID}', handler: 'one' },
  { method: 'GET', template: '/api/v1/Events/GetLogo/{EventID}', handler: 'logo' },
  { method: 'PUT', template: '/api/v1/Events/{OrgCode}/{EventID}', handler: 'put' },
  { method: 'GET', template: '/api/v1/Events/{OrgCode}', handler: 'search' },
])

describe('createRouter', () => {
  it('lets a literal beat a parameter of the same length', () => {
    expect(router.find('GET', '/api/v1/Events/GetLogo/9001').handler).toBe('logo')
    expect(router.find('GET', '/api/v1/Events/10/9001').handler).toBe('one')
  })

  it('falls back to the parameter where the literal does not serve the method', () => {
    expect(router.find('PUT', '/api/v1/Events/GetLogo/9001')).toEqual({
      handler: 'put',
      params: { OrgCode: 'GetLogo', EventID: '9001' },
    })
  })

  it('ignores case and one trailing slash, and decodes keys once', () => {
    expect(router.find('GET', '/API/v1/eVENTS/10/')).toEqual({ handler: 'search', params: { OrgCode: '10' } })
    expect(router.find('GET', '/api/v1/Events/10/a%2Fb%2520c').params).toEqual({
      OrgCode: '10',
      EventID: 'a/b%20c',
    })
  })

  it.each([
    ['GET', '/api/v1/Nothing/10', 404],
    ['GET', '/api/v1/Events', 404],
    ['GET', '/api/v1/Events//', 404],
    ['DELETE', '/api/v1/Events/10', 405],
    ['GET', '/api/v1/Events/%E0%A4%A', 400],
  ])('%s %s is %i', (method, path, status) => {
    expect(() => router.find(method, path)).toThrow(expect.objectContaining({ status }))
  })
})

describe('splitPath', () => {
  it('keeps an empty root as one empty segment', () => {
    expect(splitPath('/')).toEqual([''])
    expect(splitPath('/a/b/')).toEqual(['a', 'b'])
  })
})
