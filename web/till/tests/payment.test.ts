import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Basket, Receipt } from '../src/types'

const act = vi.fn()
const ask = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { act, ask }, Refused, Unreachable, result: (done: { result: unknown }) => done.result, storedToken: () => '', onEnded: () => undefined }
})

const { Refused } = await import('@stayopen/kit')
const payment = await import('../src/stores/payment')
const sale = await import('../src/stores/sale')
const { notice } = await import('../src/stores/notice')

const line = { line: 1, item: '1001', name: '农夫山泉 550ml', milli_qty: 1000, unit_price: 3550, list_amount: 3550, charged: 3550, rounding: 0, steps: [], override: null, discount: null, note: '', attendant: '', label_amount: null }
const basket = { basket: 'ab', till: 'till-1', state: 'open', staff: '1001', note: '', changed_at: 0, member: null, member_name: '', tier: '', lines: [line], discount: null, subtotal: 3550, saved: 0, rounding: 0, total: 3550, problem: '', choices: [] } as Basket
const receipt = { sale: 'cd', number: '261122-1-5', total: 3550, tenders: [], change: 1450, points_earned: 0, member: '', balances: {}, unsynced: false } as Receipt

beforeEach(() => {
  act.mockReset()
  ask.mockReset()
  payment.next()
  payment.back()
  sale.basket.value = basket
  payment.open()
})

describe('the payment', () => {
  it('suggests the amount due in cash', () => {
    expect([payment.tender.value, payment.amount.value, payment.wrong.value]).toEqual(['cash', '35.50', ''])
  })
  it('shows the change of the cash typed', () => {
    payment.amount.value = '50'
    expect(payment.change.value).toBe(1450)
  })
  it('sells what was shown and keeps the result', async () => {
    act.mockResolvedValue({ result: receipt })
    payment.amount.value = '50'
    await payment.confirm()
    expect(act).toHaveBeenCalledWith('POST', payment.CHECKOUT, { path: { basket: 'ab' }, body: { tenders: [{ tender: 'cash', amount: 5000, ref: '' }], total: 3550 } })
    expect([payment.receipt.value?.change, payment.isOpen.value, sale.basket.value]).toEqual([1450, false, null])
  })
  it('takes a part first when it does not pay all', async () => {
    payment.choose('wechat')
    payment.amount.value = '20'
    await payment.confirm()
    expect(act).not.toHaveBeenCalled()
    expect([payment.remaining.value, payment.tender.value, payment.amount.value]).toEqual([1550, 'cash', '15.50'])
  })
  it('lets no tender but cash take more than is due', () => {
    payment.choose('card')
    payment.amount.value = '36'
    expect(payment.wrong.value).toBe('pay.tooMuch')
  })
  it('bars stored value without a member', () => {
    payment.choose(payment.STORED_VALUE)
    expect(payment.desk.stored.value.bar).toBe('pay.storedNeedsMember')
  })
  it('tells a refusal in the words of the node and keeps the basket', async () => {
    ask.mockResolvedValue(basket)
    act.mockRejectedValue(new Refused({ code: 'underpaid', message: '还差 1 元。', kept: '单据还在。', next: '请补足。', evidence: {} }, 409))
    await payment.confirm()
    expect(notice.value).toMatchObject({ kind: 'refused', message: '还差 1 元。', kept: '单据还在。', next: '请补足。' })
    expect([payment.isOpen.value, sale.basket.value?.basket]).toEqual([true, 'ab'])
  })
  it('asks once, however often the button is pressed', async () => {
    act.mockImplementation(() => new Promise((done) => setTimeout(() => done({ result: receipt }), 5)))
    await Promise.all([payment.confirm(), payment.confirm()])
    expect(act).toHaveBeenCalledOnce()
  })
  it('takes a payment code for the tender it belongs to, and goods back to the basket', () => {
    expect(payment.takeScan('134567890123456789')).toBe(true)
    expect([payment.tender.value, payment.reference.value]).toEqual(['wechat', '134567890123456789'])
    expect(payment.takeScan('6901234510010')).toBe(false)
    expect(payment.isOpen.value).toBe(false)
  })
})

describe('quick amounts', () => {
  it('are the amount itself and what round notes make of it', () => {
    expect(payment.quickAmounts(3550, [10, 50, 100, 500, 1000, 2000, 5000, 10000])).toEqual([3550, 3600, 4000, 5000, 10000])
  })
  it('are none when nothing is due', () => {
    expect(payment.quickAmounts(0, [100])).toEqual([])
  })
})
