import { describe, expect, it } from 'vitest'
import { fieldOf, isDay, problemOf, tidyDay, type CustomField } from '../src/members/profile'

const custom = (kind: CustomField['kind'], required = false): CustomField => ({ name: 'f', label: '字段', kind, choices: [], required })
const PAGE = '粘贴进来的一整页文字。'.repeat(400)

describe('what is typed about a member', () => {
  it.each([
    ['name', '欧阳雪', ''],
    ['name', `O'Neil "小明" 😀 <b>`, ''],
    ['name', '  ', 'member.nameNeeded'],
    ['name', PAGE, 'member.nameLong'],
    ['phone', '', ''],
    ['phone', '138 0001 0001', ''],
    ['phone', '+86-138-0001-0001', ''],
    ['phone', '138', 'member.phoneBad'],
    ['phone', '一三八', 'member.phoneBad'],
    ['phone', '1e309', 'member.phoneBad'],
    ['phone', PAGE, 'member.phoneBad'],
    ['card', 'VIP-0001', ''],
    ['card', '１２３４５', ''],
    ['card', '--', 'member.cardBad'],
    ['card', '8'.repeat(33), 'member.cardBad'],
    ['birthday', '1990-02-29', 'member.birthdayBad'],
    ['birthday', '02-29', ''],
    ['email', 'a@b', 'member.emailBad'],
    ['email', 'wang@example.com', ''],
    ['note', PAGE, 'member.tooLong'],
  ])('is right or told at the field: %s', (field, text, problem) => {
    expect(problemOf(field, text)).toBe(problem)
  })
  it('holds the chain’s own fields to their kind', () => {
    expect(['12', '-3.125', '1e309', '12三', ''].map((text) => problemOf('x_f', text, custom('number')))).toEqual(['', '', 'member.numberBad', 'member.numberBad', ''])
    expect(['2026-11-22', '11-22', '2026-13-01'].map((text) => problemOf('x_f', text, custom('date')))).toEqual(['', 'member.dateBad', 'member.dateBad'])
    expect(problemOf('x_f', ' ', custom('text', true))).toBe('member.fieldNeeded')
  })
  it('takes only days that exist', () => {
    expect(['2000-02-29', '1900-02-29', '2024-04-31', '2024-00-10', '2024-1-1'].map((day) => isDay(day, false))).toEqual([true, false, false, false, false])
  })
  it('brings a day typed in haste into its form, and leaves what is none', () => {
    expect(['19900806', '1990/8/6', '1990.8.6', '1990年8月6日', '0806', '8-6', '八月'].map(tidyDay)).toEqual(['1990-08-06', '1990-08-06', '1990-08-06', '1990-08-06', '08-06', '08-06', '八月'])
  })
  it('finds the field that a refusal is about', () => {
    expect(fieldOf({ code: 'phone_taken', evidence: {} })).toBe('phone')
    expect(fieldOf({ code: 'bad_field', evidence: { field: 'x_since' } })).toBe('x_since')
    expect(fieldOf({ code: 'shift_needed', evidence: {} })).toBe('')
  })
})
