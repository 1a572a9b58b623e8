import { describe, expect, it } from 'vitest'
import { gramsOf, quantityOf } from '../src'

describe('a weight', () => {
  it.each([[735, 'kg', 735], [735, '公斤', 735], [735, '斤', 1470], [735, '克', 735_000], [50, '两', 1000], [333, '台斤', 555]])('of %i g is so much of a unit', (grams, unit, milli) => {
    expect(quantityOf(grams, unit)).toBe(milli)
  })
  it('is none of a unit that no scale weighs', () => {
    expect([quantityOf(735, '箱'), gramsOf(' KG ')]).toEqual([null, 1000])
  })
})
