import { chance, type Dice, pick } from './dice.ts'
import type { Generated } from './generate-request.ts'

type Trick = (target: string, dice: Dice) => string

function insert(target: string, at: number, text: string): string {
  return target.slice(0, at) + text + target.slice(at)
}

const join = (target: string): string => (target.includes('?') ? '&' : '?')

/** Spellings by which real servers have been brought to answer more than was decided (odata.md). */
const TRICKS: readonly Trick[] = [
  (target) => `${target}${join(target)}sap-client=1%26$expand=Account`,
  (target) => `${target}${join(target)}$format=json%26$expand=Account`,
  (target) => `${target}${join(target)}$skiptoken=1%26$expand=Account`,
  (target) => `${target}${join(target)}$search=x%26$expand=Account`,
  (target) => `${target}${join(target)}@p='x'%26$expand=Account`,
  (target) => `${target}${join(target)}expand=Account`,
  (target) => `${target}${join(target)}$EXPAND=Account&$expand=Bookings`,
  (target) => `${target}${join(target)}%24expand=Account`,
  (target) => `${target}${join(target)}%2524expand=Account`,
  (target) => `${target}${join(target)}$filter=Name eq 'x%27%26$expand=Account'`.replaceAll(' ', '%20'),
  (target) => `${target}${join(target)}ODataQuery=$expand%3DAccount`,
  (target) => target.replace(/^([^?]*)/, '$1%3F$expand=Account'),
  (target) => target.replace(/^([^?]*)/, '$1%2FAccount'),
  (target) => target.replace(/^([^?]*)/, '$1/../Accounts'),
  (target) => target.replace(/^([^?]*)/, '$1/%2e%2e/Accounts'),
  (target) => target.replace(/^([^?]*)/, '$1/'),
  (target) => target.replace(/^([^?]*)/, '$1;x=1'),
  (target) => `/${target}`,
  (target) => target.replace('/Events', '/EM.Accounts'),
  (target) => target.replace('/Events', '/Container/Accounts'),
  (target) => target.toLowerCase(),
  (target) => target.replaceAll('$', ''),
  (target) => target.replaceAll('Account', 'account'),
  (target) => target.replaceAll('Account', 'Accoun%74'),
  (target) => target.replaceAll('Account', '%2541ccount'),
  (target) => target.replaceAll('=', '=%20'),
  (target) => target.replaceAll('%20', '+'),
  (target) => `${target}#$expand=Account`,
  (target, dice) =>
    insert(
      target,
      dice(target.length),
      pick(dice, ["'", '%27', '(', ')', ',', '&', ';', '/', '%00', '*', '$', '=', '@', '%ff', '%0d%0a']),
    ),
  (target, dice) => {
    const at = dice(target.length)
    const code = target.charCodeAt(at)
    return `${target.slice(0, at)}%${code.toString(16).padStart(2, '0')}${target.slice(at + 1)}`
  },
  (target, dice) => {
    const at = dice(target.length)
    return target.slice(0, at) + target.slice(at + 1 + dice(3))
  },
]

/** The request with one or two tricks played. */
export function playTricks(dice: Dice, request: Generated): Generated {
  let { target } = request
  for (let count = chance(dice, 20) ? 2 : 1; count > 0; count -= 1) target = pick(dice, TRICKS)(target, dice)
  return { ...request, target: target.startsWith('/') ? target : `/${target}` }
}
