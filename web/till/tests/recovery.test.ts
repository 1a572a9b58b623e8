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
const topUp = await import('../src/stores/topUp')
const plans = await import('../src/stores/plans')
const { page, subject } = await import('../src/stores/pages')
const { recover: run, takesMoney } = await import('../src/stores/recovery')

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
  it('opens the page of a top-up or a plan that went through, with its result', async () => {
    recover.mockResolvedValue({ act: { ...act, path: topUp.TOP_UP, params: { member: 'cd' } }, outcome: 'done', answer: { result: { number: '261122-1-6', change: 0 } } })
    await run()
    expect([page.value, subject.value, topUp.step.value, topUp.receipt.value?.number, topUp.whose.value]).toEqual(['topUp', 'cd', 'done', '261122-1-6', 'cd'])
    recover.mockResolvedValue({ act: { ...act, path: plans.BUY_PLAN, params: { member: 'cd' } }, outcome: 'done', answer: { result: { number: '261122-1-7', change: 0 } } })
    await run()
    expect([page.value, plans.step.value, plans.receipt.value?.number]).toEqual(['plan', 'done', '261122-1-7'])
  })
  it('counts every act that takes money as one to be sure of', () => {
    expect([payment.CHECKOUT, payment.QUICK, topUp.TOP_UP, plans.BUY_PLAN].map(takesMoney)).toEqual([true, true, true, true])
    expect(takesMoney('/api/v1/baskets')).toBe(false)
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
