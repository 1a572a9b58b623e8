import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Refused } from '@stayopen/kit'
import { basket as whole, line as one } from './goods'
import type { Basket, Line } from '../src/types'

const act = vi.fn()
const ask = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { act, ask }, Refused, Unreachable, result: (done: { result: unknown }) => done.result }
})

const sale = await import('../src/stores/sale')
const { question } = await import('../src/stores/approval')
const { notice, dismiss } = await import('../src/stores/notice')

const line = (no: number, milli = 1000): Line => one(no, { milli_qty: milli })
const basket = (...lines: Line[]): Basket => whole(lines)
const refusal = (code: string, status = 409) => new Refused({ code, message: code, kept: '', next: '', evidence: {} }, status)
const answer = (value: unknown) => Promise.resolve({ result: value })

beforeEach(() => {
  act.mockReset()
  ask.mockReset()
  dismiss()
  sale.done()
})

describe('the basket in hand', () => {
  it('is opened by the first scan, and scans are added in their order', async () => {
    act.mockImplementation((_: string, path: string) => answer(path.endsWith('lines') ? basket(line(1)) : basket()))
    await Promise.all([sale.scan('6901234510010'), sale.scan('6901234510027')])
    expect(act.mock.calls.map(([, path, input]) => input.body.scan ?? path)).toEqual(['/api/v1/baskets', '6901234510010', '6901234510027'])
  })
  it('selects the line that was added or changed', async () => {
    sale.basket.value = basket(line(1), line(2))
    act.mockReturnValue(answer(basket(line(1, 2000), line(2))))
    await sale.add('1001')
    expect(sale.selected.value).toBe(1)
  })
  it('takes an unknown code for a member’s card', async () => {
    sale.basket.value = basket(line(1))
    act.mockRejectedValueOnce(refusal('unknown_item', 404)).mockReturnValueOnce(answer({ ...basket(line(1)), member: 'cd' }))
    ask.mockResolvedValue({ members: [{ member: 'cd' }] })
    await sale.scan('80010001')
    expect(sale.basket.value?.member).toBe('cd')
  })
  it('says so when a code is neither goods nor a card, and keeps the basket', async () => {
    sale.basket.value = basket(line(1))
    act.mockRejectedValue(refusal('unknown_item', 404))
    ask.mockResolvedValue({ members: [] })
    await sale.scan('99999999')
    expect([notice.value?.kind, sale.lines.value.length]).toEqual(['refused', 1])
  })
  it('asks a shift lead only when the node wants it, and sends the same discount with the approval', async () => {
    sale.basket.value = basket(line(1))
    act.mockRejectedValueOnce(refusal('approval_needed', 403)).mockReturnValueOnce(answer(basket(line(1))))
    const given = sale.setDiscount(1, { per_mille: 200, amount: 0, reason: '' }, '单品折扣')
    await vi.waitUntil(() => question.value)
    question.value?.answer({ staff: '2001', pin: '246810' })
    expect(await given).toBe(true)
    expect(act.mock.calls[1]?.[2].body).toEqual({ approval: { staff: '2001', pin: '246810' }, discount: { per_mille: 200, amount: 0, reason: '' } })
  })
  it('gives no discount when nobody approves', async () => {
    sale.basket.value = basket(line(1))
    act.mockRejectedValue(refusal('approval_needed', 403))
    const given = sale.setDiscount(null, { per_mille: 200, amount: 0, reason: '' }, '整单折扣')
    await vi.waitUntil(() => question.value)
    question.value?.answer(null)
    expect([await given, act.mock.calls.length]).toEqual([false, 1])
  })
  it('is let go when another till has it, so that the next scan begins anew', async () => {
    sale.basket.value = basket(line(1))
    act.mockRejectedValue(refusal('basket_elsewhere'))
    await sale.remove(1)
    expect(sale.basket.value).toBeNull()
  })
  it('is held before a held one is recalled', async () => {
    sale.basket.value = basket(line(1))
    act.mockReturnValueOnce(answer({ done: true })).mockReturnValueOnce(answer({ ...basket(line(3)), basket: 'ef' }))
    expect(await sale.recall('ef')).toBe(true)
    expect(act.mock.calls.map(([, path]) => path)).toEqual(['/api/v1/baskets/{basket}/hold', '/api/v1/baskets/{basket}/recall'])
    expect(sale.basket.value?.basket).toBe('ef')
  })
  it('keeps the name of a ticket when another basket is taken', async () => {
    sale.basket.value = { ...basket(), note: 'A3 桌' }
    act.mockReturnValueOnce(answer({ done: true })).mockReturnValueOnce(answer({ ...basket(line(3)), basket: 'ef' }))
    await sale.recall('ef')
    expect(act.mock.calls[0]?.[2].body).toEqual({ note: 'A3 桌' })
  })
  it('that is empty and nameless is thrown away before another is taken', async () => {
    sale.basket.value = basket()
    act.mockReturnValueOnce(answer({ done: true })).mockReturnValueOnce(answer({ ...basket(line(3)), basket: 'ef' }))
    await sale.recall('ef')
    expect(act.mock.calls.map(([method]) => method)).toEqual(['DELETE', 'POST'])
  })
  it('of a till that broke down is taken over once a shift lead approves', async () => {
    act.mockRejectedValueOnce(refusal('approval_needed', 403)).mockReturnValueOnce(answer({ ...basket(line(3)), basket: 'ef' }))
    const taken = sale.takeOver('ef', '接过收银台 till-2 的单')
    await vi.waitUntil(() => question.value)
    question.value?.answer({ staff: '2001', pin: '246810' })
    expect(await taken).toBe(true)
    expect([sale.basket.value?.basket, act.mock.calls[1]?.[2].body.approval.staff]).toEqual(['ef', '2001'])
  })
  it('is served by whoever served its last line, and so are the lines to come', async () => {
    act.mockReturnValueOnce(answer(whole([one(3, { attendant: '1001,1002' })])))
    await sale.recall('ef')
    act.mockReturnValueOnce(answer(basket(line(3), line(4))))
    await sale.add('1004')
    expect(act.mock.calls[1]?.[2].body.attendant).toBe('1001,1002')
  })
  it('is given its attendants line by line, and none twice', async () => {
    sale.basket.value = whole([one(1, { attendant: '1001' }), one(2)])
    act.mockReturnValue(answer(basket(line(1), line(2))))
    expect(await sale.serveBy('1001', sale.lines.value)).toBe(true)
    expect(act.mock.calls.map(([, , input]) => input.path.line)).toEqual(['2'])
  })
})
