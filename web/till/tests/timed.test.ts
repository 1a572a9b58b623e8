import { describe, expect, it } from 'vitest'
import { plain } from '../src/stores/giftCards'
import { lasted } from '../src/stores/timed'

describe('timed sessions', () => {
  it.each([[0, '0:00'], [59_999, '0:00'], [60_000, '0:01'], [3_960_000, '1:06'], [36_000_000, '10:00']])('show %i ms as %s', (ms, shown) => {
    expect(lasted(ms)).toBe(shown)
  })
})

describe('a gift card\'s number', () => {
  it('may be typed in groups', () => {
    expect(plain(' 6201 7704 1234 5672 ')).toBe('6201770412345672')
  })
})
