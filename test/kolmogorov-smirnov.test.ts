import { describe, expect, it } from 'vitest'
import { compareSamples, kolmogorovTail } from '../bench/kolmogorov-smirnov.ts'

describe('the Kolmogorov-Smirnov test of bench/oauth-timing.ts', () => {
  // SciPy 1.17.1: scipy.special.kolmogorov.
  it.each([
    [0.1, 1.0],
    [0.3, 0.999990694198665],
    [0.5, 0.963945243664875],
    [0.8, 0.544142411574198],
    [1, 0.269999671677355],
    [1.2238478702170823, 0.1],
    [1.3580986393225505, 0.05],
    [1.6276236115189506, 0.01],
    [2, 0.00067092525578],
    [3, 0.000000030459959],
  ])('has the tail %d -> %d', (x, tail) => {
    expect(kolmogorovTail(x)).toBeCloseTo(tail, 10)
  })

  // The distance of scipy.stats.ks_2samp over the same samples, and the tail at d * sqrt(nm / (n + m)).
  it.each([
    {
      one: [1, 2, 3, 4, 5, 6, 7, 8],
      other: [3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5],
      d: 0.375,
      p: 0.6271670417762616,
    },
    { one: [1, 1, 1, 2, 2, 3], other: [1, 2, 2, 2, 3, 3, 3], d: 0.35714285714285715, p: 0.8043801769439591 },
    { one: [5, 6, 7], other: [1, 2, 3, 4], d: 1.0, p: 0.06486426873885241 },
  ])('finds the distance of two samples, row %#', ({ one, other, d, p }) => {
    const found = compareSamples(one, other)
    expect(found.d).toBeCloseTo(d, 12)
    expect(found.p).toBeCloseTo(p, 10)
    expect(compareSamples(other, one)).toEqual(found)
  })

  it('tells a shift of a tenth of the spread from none, with 2,000 samples each', () => {
    // A fixed sequence that looks random (Park and Miller).
    let state = 1
    const draw = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
    const sample = (shift: number): number[] => Array.from({ length: 2_000 }, () => draw() + shift)
    expect(compareSamples(sample(0), sample(0)).p).toBeGreaterThan(0.01)
    expect(compareSamples(sample(0), sample(0.1)).p).toBeLessThan(0.0001)
  })
})
