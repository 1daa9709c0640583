/** An expression as it was understood. Names of types and operations are qualified as the model spells them. */
export type Expression =
  /** As written: `'a'`, `1`, `null`, `EM.Color'Red'`. */
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'path'; readonly segments: readonly Segment[] }
  | { readonly kind: 'unary'; readonly operator: '-' | 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'group'; readonly inner: Expression }
  /** Behind `in`. */
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  /** A function of OData's own. */
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'case'; readonly branches: readonly (readonly [Expression, Expression])[] }
  | {
      readonly kind: 'typeCheck'
      readonly name: 'isof' | 'cast'
      readonly operand: Expression | undefined
      readonly type: string
    }
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  /** Names with their quotes, as written. */
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Expression])[] }

export type Segment =
  /** A property, a variable, a computed name, `@p`, `$it`, `$this`, `$root`, a set, a singleton, or a cast. */
  | { readonly kind: 'name'; readonly name: string }
  /** Stands directly behind the segment before it. */
  | { readonly kind: 'key'; readonly key: Key }
  | {
      readonly kind: 'count'
      readonly filter: Expression | undefined
      readonly search: SearchExpression | undefined
    }
  | { readonly kind: 'filter'; readonly condition: Expression }
  | {
      readonly kind: 'lambda'
      readonly operator: 'any' | 'all'
      readonly body: { readonly variable: string; readonly condition: Expression } | undefined
    }
  | {
      readonly kind: 'operation'
      readonly name: string
      readonly parameters: readonly NamedValue[]
    }

export type NamedValue = { readonly name: string; readonly value: Expression }

/** `(1)` or `(ID=1,Code='x')`. */
export type Key =
  | { readonly kind: 'simple'; readonly value: Expression }
  | { readonly kind: 'compound'; readonly parts: readonly NamedValue[] }

export type SearchExpression =
  /** A word, or a phrase with its quotes. */
  | { readonly kind: 'term'; readonly text: string }
  | { readonly kind: 'not'; readonly operand: SearchExpression }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly SearchExpression[] }
  | { readonly kind: 'group'; readonly inner: SearchExpression }

export type OrderByItem = { readonly expression: Expression; readonly descending: boolean }
export type ComputeItem = { readonly expression: Expression; readonly name: string }

export type Transformation =
  | { readonly kind: 'filter'; readonly condition: Expression }
  | {
      readonly kind: 'groupby'
      readonly paths: readonly Expression[]
      readonly inside: readonly Transformation[] | undefined
    }
  | { readonly kind: 'aggregate'; readonly items: readonly AggregateItem[] }
  | { readonly kind: 'compute'; readonly items: readonly ComputeItem[] }
  | { readonly kind: 'orderby'; readonly items: readonly OrderByItem[] }
  | { readonly kind: 'top' | 'skip'; readonly count: string }
  | { readonly kind: 'concat'; readonly branches: readonly (readonly Transformation[])[] }
  | { readonly kind: 'identity' }

/** `method` is undefined for `$count`. */
export type AggregateItem = {
  readonly expression: Expression
  readonly method: string | undefined
  readonly name: string
}
