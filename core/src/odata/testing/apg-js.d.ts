declare module 'apg-js' {
  type Result = { state: number; phraseLength: number }
  type Grammar = { readonly rules: readonly { readonly name: string; readonly lower: string }[] }
  type Parsed = { readonly success: boolean; readonly maxMatched: number }
  type Callback = (result: Result, chars: readonly number[], index: number, data: unknown) => void
  const apg: {
    readonly apgApi: new (
      text: string,
    ) => {
      readonly errors: readonly unknown[]
      generate(): void
      toObject(): Grammar
    }
    readonly apgLib: {
      readonly parser: new () => {
        callbacks: Record<string, Callback>
        parse(grammar: Grammar, rule: string, chars: readonly number[], data: unknown): Parsed
      }
      readonly ids: { readonly MATCH: number; readonly NOMATCH: number }
      readonly utils: {
        stringToChars(text: string): readonly number[]
        charsToString(chars: readonly number[], begin: number, length: number): string
      }
    }
  }
  export default apg
}
