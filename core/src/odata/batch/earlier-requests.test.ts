import { describe, expect, it } from 'vitest'
import { changeSetOf, partOf, sendMultipart, touchedBy, written } from './testing/batches.ts'

const END = '--b--\n'

describe('rows 69 to 71: requests that name earlier ones', () => {
  const insert = (id: string, set = 'Events') =>
    partOf(`POST ${set} HTTP/1.1\nContent-Type: application/json\n\n{}\n`, `Content-ID: ${id}\n`)

  it('an address that begins with an id goes on from the entity of that request', () => {
    const text = changeSetOf(
      insert('1'),
      partOf('POST $1/Bookings HTTP/1.1\nContent-Type: application/json\n\n{}\n', 'Content-ID: 2\n'),
      partOf('DELETE $1/Account HTTP/1.1\n'),
    )
    const answer = sendMultipart(text + END)
    expect(touchedBy(answer)).toEqual(
      expect.arrayContaining(['1 POST Events', '2 POST Bookings', '3 DELETE Accounts']),
    )
    expect(written(answer)).toContain('POST $1/Bookings HTTP/1.1')
    expect(written(answer)).toContain('Content-ID: 1\n')
  })

  it('also from what a GET has found, out of change sets, by words', () => {
    const answer = sendMultipart(
      `${partOf('GET Bookings(1)\n', 'Content-ID: r0\n')}${partOf('GET $r0/Account\n')}${END}`,
    )
    expect(touchedBy(answer)).toEqual(expect.arrayContaining(['2 GET Accounts']))
    expect(written(answer)).toContain('GET $r0/Account HTTP/1.1')
  })

  it.each([
    ['a later request', `${partOf('GET $1/Bookings\n')}${insert('1')}${END}`],
    ['itself', `${partOf('GET $1/Bookings\n', 'Content-ID: 1\n')}${END}`],
    ['a request that nobody makes', `${insert('1')}${partOf('GET $2/Bookings\n')}${END}`],
    ['an id twice', `${insert('1')}${insert('1')}${END}`],
    ['an id that is a word of OData', `${insert('all')}${partOf('GET $all\n')}${END}`],
    ['an id that is a word of OData, in capitals', `${insert('Batch')}${END}`],
    ['an id with a slash', `${insert('1/2')}${END}`],
    ['an id of 65 characters', `${insert('a'.repeat(65))}${END}`],
    ['an empty id', `${insert('')}${END}`],
    ['an id that begins with a dot', `${insert('.1')}${END}`],
    ['an id that begins with a tilde', `${insert('~1')}${END}`],
    ['an id with a colon', `${insert('a:b')}${END}`],
    ['an id with a percent sign', `${insert('0%2E0')}${END}`],
    ['the beginning of an id', `${insert('0.0')}${partOf('GET $0/Bookings\n')}${END}`],
    ['an id with more behind it', `${insert('0')}${partOf('GET $0.0/Bookings\n')}${END}`],
    [
      'If-Match of the beginning of an id',
      `${insert('0.0')}${partOf('DELETE Events(1)\nIf-Match: $0\n')}${END}`,
    ],
    [
      'a value of the answer to an id with a dot in a body',
      `${insert('0.0')}${partOf('POST Events\nContent-Type: application/json\n\n{"Name":"$0.0/Name"}\n')}${END}`,
    ],
    [
      'the same, the dollar hidden by an escape',
      `${insert('0.0')}${partOf('POST Events\nContent-Type: application/json\n\n{"Name":"\\u00240.0/Name"}\n')}${END}`,
    ],
    [
      'two different ids in one part',
      `${partOf('DELETE Events(1)\nContent-ID: 2\n', 'Content-ID: 1\n')}${END}`,
    ],
    [
      'a value of an earlier answer in an option',
      `${insert('1')}${partOf('GET Venues?$filter=Code%20eq%20$1/Name\n')}${END}`,
    ],
    [
      'a value of an earlier answer in a body',
      `${insert('1')}${partOf('POST Events\nContent-Type: application/json\n\n{"Name":"$1/Name"}\n')}${END}`,
    ],
    [
      'If-Match of an id with more behind it',
      `${insert('0')}${partOf('DELETE Events(1)\nIf-Match: $0.0\n')}${END}`,
    ],
    ['If-Match of nothing', `${insert('1')}${partOf('DELETE Events(1)\nIf-Match: $2\n')}${END}`],
  ])('is refused: %s', (_name, text) => {
    expect(sendMultipart(text).ok).toBe(false)
  })

  it('ids have dots and tildes, as UI5 counts them; the whole of one is meant, never its beginning', () => {
    const link =
      'PATCH Bookings(1)\nIf-Match: $0.0\nContent-Type: application/json\n\n{"Account@odata.bind":"$0.0"}\n'
    const text =
      `${insert('0', 'Venues')}${insert('0.0', 'Accounts')}${insert('0.0~a', 'Bookings')}` +
      `${partOf('GET $0.0/Events\n')}${partOf('GET $0.0~a/Invoice\n')}${partOf(link)}${END}`
    const answer = sendMultipart(text)
    expect(touchedBy(answer)).toEqual([
      '0 POST Venues',
      '0.0 POST Accounts',
      '0.0~a POST Bookings',
      '4 GET Accounts',
      '4 GET Events',
      '5 GET Bookings',
      '5 GET Invoices',
      '6 GET Accounts',
      '6 PATCH Bookings',
    ])
    expect(written(answer)).toContain('GET $0.0/Events HTTP/1.1')
    expect(written(answer)).toContain('Content-ID: 0.0~a\n')
    expect(written(answer)).toContain('If-Match: $0.0\n')
  })

  it('If-Match of an earlier answer, links to its entity', () => {
    const link = partOf(
      'PATCH Bookings(1)\nIf-Match: $1\nContent-Type: application/json\n\n{"Account@odata.bind":"$1"}\n',
    )
    const answer = sendMultipart(`${insert('1', 'Accounts')}${link}${END}`)
    expect(touchedBy(answer)).toEqual(['1 POST Accounts', '2 GET Accounts', '2 PATCH Bookings'])
    expect(written(answer)).toContain('If-Match: $1\n')
    expect(written(answer)).toContain('{"Account@odata.bind":"$1"}')
  })
})
