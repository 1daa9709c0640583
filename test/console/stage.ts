import { addOperator, firstOperator, turnOnTwoFactor } from '../support/operators.ts'
import { type StartOptions, startStagedoor } from '../support/stagedoor.ts'
import { ENTERPRISE, type Stage } from './scene.ts'

/** A Stagedoor with people and credentials in it. */
export async function openStage(options: StartOptions = {}): Promise<Stage> {
  const door = await startStagedoor(options)
  const admin = await firstOperator(door)
  const user = await addOperator(door, admin, {
    tenantId: ENTERPRISE,
    email: 'grace@example.com',
    name: 'Grace Hopper',
    role: 'user',
  })
  const beginner = await addOperator(door, admin, {
    tenantId: ENTERPRISE,
    email: 'careful@example.com',
    name: 'Margaret Hamilton',
    role: 'user',
  })
  const careful = await turnOnTwoFactor(door, beginner)
  await door.admin('POST', `/api/v1/tenants/${ENTERPRISE}/operators`, {
    email: 'pending@example.com',
    name: 'Mary Jackson',
    role: 'user',
  })
  const credentials = `/api/v1/tenants/${ENTERPRISE}/credentials`
  const only = (...endpoints: string[]): object => ({ kind: 'only', endpoints })
  const added = [
    { title: 'Day board', description: 'Screens in the foyer', authenticationMethod: 'api_token' },
    {
      title: 'Sales dashboard',
      description: 'Reads events and bookings every ten minutes',
      authenticationMethod: 'oauth',
      email: 'sales@example.com',
      password: 'kettle and lantern',
      allowedEndpoints: only('enterprise:GET:/events/{}', 'enterprise:GET:/bookings/{}', 'odata:GET:/Events'),
    },
    {
      title: 'Old web site',
      description: '',
      authenticationMethod: 'api_token',
      allowedEndpoints: only('enterprise:GET:/events/{}'),
    },
  ]
  for (const each of added) {
    const { json } = await door.admin('POST', credentials, each)
    if (each.title === 'Old web site') {
      await door.admin(
        'PATCH',
        `${credentials}/${json.credential.id}`,
        { active: false },
        { 'if-match': '*' },
      )
    }
  }
  await door.admin('POST', `/api/v1/tenants/${ENTERPRISE}/management-tokens`, {
    title: 'Nightly clean-up',
    role: 'customer_admin',
  })
  return { door, admin, user, careful }
}
