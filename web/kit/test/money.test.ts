import { describe, expect, it } from 'vitest'
import { formatMoney, formatQuantity, MONEY_MAX, parseMoney, parseQuantity, QUANTITY_MAX } from '../src/money'

describe('money', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [-5, '-0.05'],
    [1250, '12.50'],
    [99_999, '999.99'],
    [100_000, '1,000.00'],
    [-123_456_789, '-1,234,567.89'],
    [MONEY_MAX, '100,000,000.00'],
    [2 ** 53 - 1, '90,071,992,547,409.91'],
  ])('shows %i as %s', (minor, text) => {
    expect(formatMoney(minor)).toBe(text)
  })

  it.each([
    ['12', 1200],
    ['12.5', 1250],
    ['12.50', 1250],
    ['.5', 50],
    ['12.', 1200],
    ['007', 700],
    [' ¥12.30 ', 1230],
    ['¥ 1,234.56', 123_456],
    ['\uff11\uff12\uff0e\uff15\uff10', 1250],
    ['12。5', 1250],
    ['0.29', 29],
    ['1.15', 115],
    ['100000000', MONEY_MAX],
  ])('reads %s', (text, minor) => {
    expect(parseMoney(text)).toBe(minor)
  })

  it.each([
    '', ' ', '.', '¥', '-1', '+1', '1e5', '1e309', 'NaN', 'Infinity', '0x10', '12.345', '1.2.3', '12,5', '1,23',
    ',123', '1,2345', '十二', '12元', '1 2', '100000000.01', '9'.repeat(400), "1'; DROP TABLE", '<b>1</b>',
  ])('refuses %s', (text) => {
    expect(parseMoney(text)).toBeNull()
  })

  it('reads back every amount that it shows', () => {
    for (let minor = 0; minor <= MONEY_MAX; minor = minor * 3 + 7) expect(parseMoney(formatMoney(minor))).toBe(minor)
  })
})

describe('quantities', () => {
  it.each([
    [0, '0'],
    [1000, '1'],
    [1500, '1.5'],
    [1050, '1.05'],
    [1, '0.001'],
    [-250, '-0.25'],
    [QUANTITY_MAX, '100000'],
  ])('shows %i as %s', (milli, text) => {
    expect(formatQuantity(milli)).toBe(text)
  })

  it.each([
    ['1', 1000],
    ['1.5', 1500],
    ['0.001', 1],
    ['2。25', 2250],
    ['100000', QUANTITY_MAX],
  ])('reads %s', (text, milli) => {
    expect(parseQuantity(text)).toBe(milli)
  })

  it.each(['', '.', '1.2345', '-1', '1,000', '1e3', '100000.001', '两个'])('refuses %s', (text) => {
    expect(parseQuantity(text)).toBeNull()
  })

  it('reads back every quantity that it shows', () => {
    for (let milli = 0; milli <= QUANTITY_MAX; milli = milli * 3 + 7)
      expect(parseQuantity(formatQuantity(milli))).toBe(milli)
  })
})
