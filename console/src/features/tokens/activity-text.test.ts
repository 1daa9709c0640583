import { describe, expect, it } from 'vitest'
import { type AuditEvent, actorText, eventLines } from './activity-text.ts'

const SUBJECT = 'cred_0123456789abcdef01234567'
const NOBODY = new Map<string, string>()

function event(action: string, detail: AuditEvent['detail'] = {}, actor = 'operator opr_1'): AuditEvent {
  return { action, actor, detail, subjectId: SUBJECT }
}

describe('what an event was', () => {
  it.each<[string, AuditEvent['detail'], readonly string[]]>([
    ['credential_added', { title: 'A' }, ['Added']],
    [
      'credential_edited',
      { title: { from: 'A', to: 'B' }, description: 'changed', active: { from: true, to: false } },
      ['Renamed from “A” to “B”', 'Description changed', 'Deactivated'],
    ],
    ['credential_edited', { active: { from: false, to: true } }, ['Activated']],
    ['credential_edited', { title: 'odd', active: null }, ['Edited']],
    [
      'allowed_endpoints_set',
      { from: 'only', to: 'all', added: [], removed: ['x'] },
      ['Allowed all endpoints'],
    ],
    [
      'allowed_endpoints_set',
      { from: 'all', to: 'only', added: ['x'], removed: [] },
      ['Narrowed to 1 endpoint'],
    ],
    [
      'allowed_endpoints_set',
      { from: 'only', to: 'only', added: ['x', 'y'], removed: ['z'] },
      ['2 endpoints allowed, 1 endpoint removed'],
    ],
    [
      'allowed_endpoints_set',
      { from: 'only', to: 'only', added: [], removed: ['z'] },
      ['1 endpoint removed'],
    ],
    ['allowed_endpoints_set', {}, ['Allowed endpoints changed']],
    ['tokens_issued', { tokens: [] }, ['New tokens issued; those before were revoked']],
    ['tokens_issued', { overlapMs: 604_800_000 }, ['New token issued; the one before works for 7 days more']],
    ['tokens_issued', { overlapMs: 3_600_000 }, ['New token issued; the one before works for 1 hour more']],
    ['tokens_issued', { overlapMs: 90_000 }, ['New token issued; the one before works for 90 seconds more']],
    ['tokens_issued', { grant: 'client_credentials' }, ['Access token issued for the password']],
    ['tokens_issued', { grant: 'password' }, ['New tokens issued for the password']],
    ['token_revoked', { kind: 'api' }, ['API token revoked']],
    ['token_revoked', { kind: 'refresh' }, ['Refresh token revoked, with all tokens of its line']],
    ['token_revoked', { kind: 'toString' }, ['Token revoked']],
  ])('%s %j: %j', (action, detail, lines) => {
    expect(eventLines(event(action, detail))).toEqual(lines)
  })

  it('is shown as the server calls it where there are no words for it', () => {
    expect(eventLines(event('credential_painted', { colour: 'red' }))).toEqual(['credential_painted'])
    expect(eventLines(event('constructor'))).toEqual(['constructor'])
  })
})

describe('who did it', () => {
  const names = new Map([
    ['opr_1', 'Ada Lovelace'],
    ['mgt_1', 'Nightly clean-up'],
  ])

  it.each([
    ['operator opr_1', 'Ada Lovelace'],
    ['management token mgt_1', 'the management token “Nightly clean-up”'],
    [`credential ${SUBJECT}`, 'a program with the credential'],
    ['credential cred_other', 'a program with another credential, cred_other'],
    ['holder of the token', 'a holder of the token'],
    ['holder of a refresh token that was used before', 'a holder of an old refresh token'],
    ['operator opr_gone', 'operator opr_gone'],
    ['something quite new', 'something quite new'],
  ])('%s: %s', (actor, text) => {
    expect(actorText(event('credential_added', {}, actor), names)).toBe(text)
  })

  it('has no name until the names are there', () => {
    expect(actorText(event('credential_added'), NOBODY)).toBe('operator opr_1')
  })
})
