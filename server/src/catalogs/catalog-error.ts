/** A catalog document that cannot be used. Names the file and the place in it. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError'
  readonly file: string
  /** JSON pointer (RFC 6901), or line and column. Empty for the file as a whole. */
  readonly place: string

  constructor(file: string, place: string, problem: string) {
    super(place === '' ? `${file}: ${problem}` : `${file} at ${place}: ${problem}`)
    this.file = file
    this.place = place
  }
}
