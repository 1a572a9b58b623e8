import { nextTick } from 'vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Refused } from '@stayopen/kit'

const ask = vi.fn()
const act = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { ask, act }, Refused, Unreachable, result: (done: { result: unknown }) => done.result, storedToken: () => '', onEnded: () => undefined }
})

const receipts = await import('../src/stores/receipts')
const refund = await import('../src/stores/refund')
const { question } = await import('../src/stores/approval')
const line = { item: 'x', name: '苹果', unit_price: 500, list_amount: 0, charged: 1000, rounding: 0, attendant: '', discounts: [], left_amount: 1000 }
const sale = { sale: 'ab', lines: [{ ...line, line: 0, milli_qty: 2000, left_qty: 2000 }, { ...line, line: 1, milli_qty: 1500, left_qty: 1500 }, { ...line, line: 2, milli_qty: 1000, left_qty: 0 }] }
const shown = { amount: 1000, money: 1000, tenders: [], uses: [], points_back: 0 }
const refused = (code: string) => new Refused({ code, message: '不行。', kept: '', next: '请改。', evidence: {} }, 409)

beforeEach(() => {
  ask.mockReset().mockResolvedValue(shown)
  act.mockReset()
  receipts.sale.value = sale as never
  refund.begin()
})

describe('what comes back', () => {
  it('is offered of lines that something is left of', () => {
    expect(refund.open.value.map((row) => row.line)).toEqual([0, 1])
  })
  it('is all of it by one tap, and nothing by another', () => {
    refund.takeAll(true)
    expect(refund.chosen.value).toEqual({ 0: 2000, 1: 1500 })
    refund.takeAll(false)
    expect(refund.any.value).toBe(false)
  })
  it('is a whole line by a tap on it', () => {
    refund.toggle(1)
    expect(refund.chosen.value[1]).toBe(1500)
    refund.toggle(1)
    expect(refund.chosen.value[1]).toBe(0)
  })
  it('is never more than is left, nor less than nothing', () => {
    refund.take(0, 9000)
    refund.take(1, -1)
    refund.take(2, 1000)
    expect(refund.chosen.value).toEqual({ 0: 2000, 1: 0, 2: 0 })
  })
})

describe('what it gives back', () => {
  it('is the node’s word about the present choice', async () => {
    refund.take(0, 1000)
    refund.inCash.value = true
    await nextTick()
    await refund.look()
    expect(ask).toHaveBeenCalledWith('GET', '/api/v1/sales/{sale}/refund', { path: { sale: 'ab' }, query: { lines: '0:1000', in_cash: true } })
    expect(refund.preview.value).toEqual(shown)
  })
  it('is asked for once the taps rest', async () => {
    vi.useFakeTimers()
    refund.take(0, 1000)
    await Promise.resolve()
    refund.take(0, 2000)
    await vi.runAllTimersAsync()
    vi.useRealTimers()
    expect(ask).toHaveBeenCalledOnce()
  })
  it('says what stands against it', async () => {
    ask.mockRejectedValue(refused('part_of_use'))
    refund.take(0, 500)
    await nextTick()
    await refund.look()
    expect([refund.preview.value, refund.objection.value]).toEqual([null, '不行。 请改。'])
  })
})

describe('the refund itself', () => {
  it('asks for a shift lead first, and sends what was chosen', async () => {
    const done = { ...shown, refund: 'r', points_owed: 0 }
    act.mockResolvedValue({ result: done })
    refund.take(1, 500)
    const sent = refund.submit('质量问题')
    expect(act).not.toHaveBeenCalled()
    question.value?.answer({ staff: '2001', pin: '246810' })
    expect(await sent).toBe(true)
    expect(act.mock.calls[0]?.[2]).toEqual({ path: { sale: 'ab' }, body: { reason: '质量问题', lines: [{ line: 1, milli_qty: 500 }], in_cash: false, approval: { staff: '2001', pin: '246810' } } })
    expect(refund.done.value).toEqual(done)
  })
  it('does nothing when nobody approves, and the choice stays', async () => {
    refund.takeAll(true)
    const sent = refund.submit('买错了')
    question.value?.answer(null)
    expect([await sent, act.mock.calls.length, refund.any.value, refund.busy.value]).toEqual([false, 0, true, false])
  })
  it('does nothing without a line', async () => {
    expect(await refund.submit('买错了')).toBe(false)
    expect(question.value).toBeNull()
  })
})
