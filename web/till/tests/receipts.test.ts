import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Refused } from '@stayopen/kit'

const ask = vi.fn()
const act = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { ask, act }, Refused, Unreachable, result: (done: { result: unknown }) => done.result, storedToken: () => '', onEnded: () => undefined }
})

const receipts = await import('../src/stores/receipts')
const row = { sale: 'ab', number: '261122-1-5', day: '2026-11-22', member: '', total: 900, refunded: false, at: 1 }
const code = `SO1${'A2'.repeat(60)}`
const paper = { kind: 'sale', id: 'cd', seller: 'b002', day: '2026-11-22', total: 900, checked: true, here: false }
const refusal = (name: string) => new Refused({ code: name, message: '没有这张小票。', kept: '', next: '请核对。', evidence: {} }, 404)

beforeEach(() => {
  ask.mockReset()
  receipts.reset()
})

describe('finding a sale', () => {
  it('shows the latest when nothing is typed', async () => {
    ask.mockResolvedValue({ sales: [row], next: 0 })
    await receipts.find('  ')
    expect([receipts.rows.value, receipts.ready.value]).toEqual([[row], true])
  })
  it('opens the one whose number was typed', async () => {
    ask.mockResolvedValueOnce({ sales: [row], next: 0 }).mockResolvedValueOnce({ sale: 'ab', lines: [] })
    await receipts.find(' 261122-1-5 ')
    expect(ask).toHaveBeenCalledWith('GET', '/api/v1/sales', { query: { number: '261122-1-5' } })
    expect(receipts.sale.value?.sale).toBe('ab')
  })
  it('tells at the field what was not found, and keeps the list', async () => {
    receipts.rows.value = [row]
    ask.mockRejectedValue(refusal('unknown_sale'))
    await receipts.find('261122-9-9')
    expect([receipts.problem.value, receipts.rows.value.length]).toEqual(['没有这张小票。 请核对。', 1])
  })
  it('asks the node nothing about a pasted page', async () => {
    await receipts.find('很长的一页'.repeat(200))
    expect(ask).not.toHaveBeenCalled()
    expect(receipts.problem.value).not.toBe('')
  })
  it('leaves a silent node to the banner', async () => {
    ask.mockRejectedValue(refusal('fault'))
    await expect(receipts.find('261122-1-5')).rejects.toThrow()
  })
})

describe('a paper’s code', () => {
  it('is told from goods and cards', () => {
    expect([code, code.toLowerCase(), ` ${code} `, '6901234567892', 'SO1ABC', '134567890123456789'].map(receipts.isPaperCode)).toEqual([true, true, true, false, false, false])
  })
  it('opens the sale that it names here', async () => {
    ask.mockResolvedValueOnce({ ...paper, here: true, id: 'ab' }).mockResolvedValueOnce({ sale: 'ab', lines: [] })
    await receipts.find(code)
    expect([receipts.sale.value?.sale, receipts.foreign.value]).toEqual(['ab', null])
  })
  it('begins a claim when another branch sold', async () => {
    ask.mockResolvedValueOnce(paper)
    await receipts.find(code)
    expect(receipts.foreign.value).toEqual({ ...paper, code })
  })
  it('says so when the paper is of something else', async () => {
    ask.mockResolvedValueOnce({ ...paper, kind: 'top_up', here: false })
    await receipts.find(code)
    expect([receipts.foreign.value, receipts.problem.value === '']).toEqual([null, false])
  })
})

describe('one sale', () => {
  it('is the one asked for last, however late the others answer', async () => {
    const late: ((answer: unknown) => void)[] = []
    ask.mockImplementation(() => new Promise((done) => late.push(done)))
    const first = receipts.openSale('ab')
    const second = receipts.openSale('cd')
    late[1]?.({ sale: 'cd', lines: [] })
    late[0]?.({ sale: 'ab', lines: [] })
    await Promise.all([first, second])
    expect(receipts.sale.value?.sale).toBe('cd')
  })
  it('marks its row once something came back', async () => {
    receipts.rows.value = [row]
    ask.mockResolvedValue({ sale: 'ab', lines: [{ milli_qty: 1000, left_qty: 1000 }] })
    await receipts.openSale('ab')
    ask.mockResolvedValue({ sale: 'ab', lines: [{ milli_qty: 1000, left_qty: 0 }] })
    await receipts.refresh()
    expect(receipts.rows.value[0]?.refunded).toBe(true)
  })
})
