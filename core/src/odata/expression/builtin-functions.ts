import { primitive, type Typed, UNKNOWN } from './scope.ts'

/** A function of OData's own (URL conventions 5.1.1.5 to 5.1.1.12). */
export type BuiltinFunction = {
  /** As it is written. */
  readonly name: string
  readonly least: number
  readonly most: number
  readonly returns: Typed
}

const BOOLEAN = primitive('Edm.Boolean')
const INT32 = primitive('Edm.Int32')
const STRING = primitive('Edm.String')
const DECIMAL = primitive('Edm.Decimal')
const MOMENT = primitive('Edm.DateTimeOffset')

const DECLARED: readonly (readonly [
  names: readonly string[],
  least: number,
  most: number,
  returns: Typed,
])[] = [
  [['contains', 'endswith', 'startswith', 'matchesPattern'], 2, 2, BOOLEAN],
  [['hassubset', 'hassubsequence', 'geo.intersects'], 2, 2, BOOLEAN],
  // Of texts and of collections alike.
  [['concat'], 2, 2, UNKNOWN],
  [['substring'], 2, 3, UNKNOWN],
  [['indexof'], 2, 2, INT32],
  [['length', 'totaloffsetminutes'], 1, 1, INT32],
  [['year', 'month', 'day', 'hour', 'minute', 'second'], 1, 1, INT32],
  [['tolower', 'toupper', 'trim'], 1, 1, STRING],
  [['fractionalseconds', 'totalseconds', 'round', 'floor', 'ceiling', 'geo.length'], 1, 1, DECIMAL],
  [['geo.distance'], 2, 2, DECIMAL],
  [['date'], 1, 1, primitive('Edm.Date')],
  [['time'], 1, 1, primitive('Edm.TimeOfDay')],
  [['now', 'maxdatetime', 'mindatetime'], 0, 0, MOMENT],
]

const FUNCTIONS: ReadonlyMap<string, BuiltinFunction> = new Map(
  DECLARED.flatMap(([names, least, most, returns]) =>
    names.map((name) => [name.toLowerCase(), { name, least, most, returns }] as const),
  ),
)

/** The function of this name, in any case (4.01 services accept them so); undefined where OData has none. */
export function builtinFunction(name: string): BuiltinFunction | undefined {
  return FUNCTIONS.get(name.toLowerCase())
}
