import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Refused } from '@stayopen/kit'

const recover = vi.fn()
const ask = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { recover, ask }, Refused, Unreachable, result: (done: { result: unknown }) => done.result, storedToken: () => '', onEnded: () => undefined }
})

const payment = await import('../src/stores/payment')
const { notice, dismiss } = await import('../src/stores/notice')
const { recover: run } = await import('../src/stores/recovery')

const act = { method: 'POST', path: payment.CHECKOUT, params: { basket: 'ab' } }
const refusal = (code: string) => new Refused({ code, message: '说明', kept: '', next: '', evidence: {} }, 409)

beforeEach(() => {
  dismiss()
  payment.next()
  recover.mockReset()
  ask.mockReset()
})

describe('after a reload in the middle of a payment', () => {
  it('shows the result of a payment that went through', async () => {
    recover.mockResolvedValue({ act, outcome: 'done', answer: { result: { number: '261122-1-5', change: 450 } } })
    await run()
    expect([payment.receipt.value?.change, notice.value?.kind]).toEqual([450, 'info'])
  })
  it('tells a payment that was refused, and that nothing was taken', async () => {
    recover.mockResolvedValue({ act, outcome: 'refused', refusal: refusal('underpaid') })
    await run()
    expect([payment.receipt.value, notice.value?.kind, notice.value?.message]).toEqual([null, 'refused', '说明'])
  })
  it('finds out by the basket what became of a colleague’s payment', async () => {
    recover.mockResolvedValue({ act, outcome: 'unknown' })
    ask.mockRejectedValueOnce(refusal('unknown_basket'))
    await run()
    const gone = notice.value?.message
    ask.mockResolvedValueOnce({})
    await run()
    expect([gone === notice.value?.message, notice.value?.kind]).toEqual([false, 'info'])
  })
  it('is silent when nothing was left', async () => {
    recover.mockResolvedValue(null)
    await run()
    expect(notice.value).toBeNull()
  })
})
