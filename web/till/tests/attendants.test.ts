import { describe, expect, it } from 'vitest'
import { attendants, names, toggle } from '../src/stores/attendants'

describe('who served', () => {
  it('is told by name, and by number when nobody knows the name', () => {
    attendants.value = [{ number: '1001', name: '李娜' }, { number: '1002', name: '王强' }]
    expect(names('1002,1001,1009')).toBe('王强 · 李娜 · 1009')
    expect(names('')).toBe('')
  })
  it('is put in and taken out by a touch, four people at most', () => {
    expect([toggle('', '1001'), toggle('1001,1002', '1001'), toggle('1,2,3,4', '5')]).toEqual(['1001', '1002', '1,2,3,4'])
  })
})
