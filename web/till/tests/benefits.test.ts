import { beforeEach, describe, expect, it, vi } from 'vitest'
import { basket, line } from './goods'

const act = vi.fn()
const ask = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { act, ask }, Refused, Unreachable, result: (done: { result: unknown }) => done.result }
})

const benefits = await import('../src/stores/benefits')
const sale = await import('../src/stores/sale')

const wash = { id: 'l1', plan: 'wash', name: '洗车十次卡', kind: 'count', uses_here: 9, uses_chain: 9, last_day: '', frozen: false, usable: true, why: '' }
const off = { template: 'off10', name: '满 50 减 10 券', here: 2, last_day: '2026-12-31' }
const washes = () => basket([line(1, { covers: ['wash'] }), line(2), line(3, { covers: ['wash'], cover: 'wash' })], { member: 'cd', coupons: ['off10', 'tea'] })
const answer = (value: unknown) => Promise.resolve({ result: value })

beforeEach(() => {
  act.mockReset()
  ask.mockReset()
  ask.mockImplementation((_: string, path: string) => Promise.resolve(path.endsWith('plans') ? { plans: [wash] } : { coupons: [off] }))
  sale.done()
})

describe('what a member holds', () => {
  it('is read with the member, and forgotten with them', async () => {
    sale.basket.value = washes()
    await vi.waitUntil(() => benefits.plans.value.length)
    expect([benefits.planName('wash'), benefits.planName('sauna'), benefits.coupons.value]).toEqual(['洗车十次卡', 'sauna', [off]])
    sale.basket.value = basket()
    await vi.waitUntil(() => !benefits.plans.value.length)
    expect(benefits.coupons.value).toEqual([])
  })
  it('covers each line that it can and that nothing covers yet', async () => {
    sale.basket.value = washes()
    act.mockReturnValue(answer(washes()))
    expect(await benefits.coverAll('wash')).toBe(true)
    expect(act.mock.calls.map(([method, , input]) => [method, input.path.line, input.body])).toEqual([['PUT', '1', { plan: 'wash' }]])
  })
  it('stops covering when the node says that the uses are over', async () => {
    sale.basket.value = basket([line(1, { covers: ['wash'] }), line(2, { covers: ['wash'] })])
    act.mockRejectedValue(new (await import('@stayopen/kit')).Refused({ code: 'uses_short', message: '次数不够。', kept: '', next: '', evidence: {} }, 409))
    expect(await benefits.coverAll('wash')).toBe(false)
    expect(act).toHaveBeenCalledOnce()
  })
  it('is handed over by number, the other coupons stay', async () => {
    sale.basket.value = washes()
    act.mockReturnValue(answer(washes()))
    await benefits.handOver('off10', 2)
    expect(act.mock.calls[0]?.[2].body).toEqual({ coupons: ['tea', 'off10', 'off10'] })
  })
})
