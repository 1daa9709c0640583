export type Compared = {
  /** The largest distance between the two distributions. */
  readonly d: number
  /** How probable such a distance is where both samples come from one distribution. */
  readonly p: number
}

/** The two-sample Kolmogorov-Smirnov test, with the asymptotic distribution: for samples of some dozens and more. */
export function compareSamples(one: readonly number[], other: readonly number[]): Compared {
  const a = one.toSorted((x, y) => x - y)
  const b = other.toSorted((x, y) => x - y)
  let [i, j, d] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] ?? Number.NaN, b[j] ?? Number.NaN)
    // Equal values of both samples are one step.
    while (a[i] === value) i += 1
    while (b[j] === value) j += 1
    d = Math.max(d, Math.abs(i / a.length - j / b.length))
  }
  return { d, p: kolmogorovTail(d * Math.sqrt((a.length * b.length) / (a.length + b.length))) }
}

/** Q(x) = 2 * sum of (-1)^(k-1) exp(-2 k^2 x^2), k from 1: the probability of a distance beyond x. */
export function kolmogorovTail(x: number): number {
  // There the series converges slowly, and its sum is 1 to twelve digits.
  if (x < 0.2) return 1
  let sum = 0
  for (let k = 1; k <= 100; k += 1) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x)
  return Math.min(1, Math.max(0, sum))
}
