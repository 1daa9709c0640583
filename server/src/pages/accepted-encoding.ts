import { ENCODINGS, type Encoding } from './read-pages.ts'

/** The smallest encoding there is that the caller accepts (RFC 9110 12.5.3). Without a header: as it is. */
export function acceptedEncoding(header: string | null, available: ReadonlySet<Encoding>): Encoding {
  const weights = new Map<string, number>()
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    if (name !== '') weights.set(name, weight === undefined ? 1 : Number(weight))
  }
  const accepts = (encoding: Encoding): boolean => (weights.get(encoding) ?? weights.get('*') ?? 0) > 0
  return (
    ENCODINGS.find((encoding) => encoding !== 'identity' && available.has(encoding) && accepts(encoding)) ??
    'identity'
  )
}
