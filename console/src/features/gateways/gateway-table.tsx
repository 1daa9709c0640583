import { DateTime } from '#ui/date-time.tsx'
import rows from '#ui/rows.module.css'
import { StatusDot } from '#ui/status-dot.tsx'
import { gateways as words } from '#words/gateways.ts'
import classes from './gateways.module.css'
import type { Gateway } from './gateways-query.ts'

const { columns } = words
const TONES = { connected: 'good', silent: 'warn', stopped: 'off' } as const

export function GatewayTable({ gateways }: { readonly gateways: readonly Gateway[] }) {
  const middle = [columns.state, columns.changes, columns.decides, columns.configuration, columns.lastSeen]
  return (
    <div className={rows['panel']}>
      <table className={rows['rows']} aria-label={words.table}>
        <thead>
          <tr>
            <th scope="col">{columns.name}</th>
            {middle.map((column) => (
              <th key={column} scope="col" className={rows['middle']}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {gateways.map((gateway) => (
            <GatewayRow key={gateway.id} gateway={gateway} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** On narrow screens everything stands under the name. */
function GatewayRow({ gateway }: { readonly gateway: Gateway }) {
  const { id, name, lastSeenAt } = gateway
  const state = <StatusDot tone={TONES[gateway.state]} label={words.states[gateway.state]} />
  const facts = {
    [columns.changes]: gateway.behind === 0 ? words.confirmed : words.behind(gateway.behind),
    [columns.decides]: <Decides gateway={gateway} />,
    [columns.configuration]: gateway.sameConfiguration ? (
      words.sameConfiguration
    ) : (
      <StatusDot tone="warn" label={words.otherConfiguration} />
    ),
    [columns.lastSeen]: <DateTime value={lastSeenAt} show="clock" />,
  }
  return (
    <tr>
      <td>
        <strong>{name}</strong>
        <code className={`${rows['sub']} ${classes['id']}`}>{id}</code>
        <div className={classes['summary']}>
          {state}
          <dl>
            {Object.entries(facts).map(([column, fact]) => (
              <div key={column}>
                <dt>{column}</dt>
                <dd>{fact}</dd>
              </div>
            ))}
          </dl>
        </div>
      </td>
      <td className={rows['middle']}>{state}</td>
      {Object.entries(facts).map(([column, fact]) => (
        <td key={column} className={rows['middle']}>
          {fact}
        </td>
      ))}
    </tr>
  )
}

function Decides({ gateway: { sameDigest } }: { readonly gateway: Gateway }) {
  if (sameDigest === null) return <>{words.decides.unknown}</>
  return sameDigest ? <>{words.decides.stored}</> : <StatusDot tone="warn" label={words.decides.other} />
}
