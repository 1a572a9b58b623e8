import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Refused } from '@stayopen/kit'
import type { Plan, PlanReceipt, TopUpReceipt, TopUpRule } from '../src/types'

const act = vi.fn()
const ask = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { act, ask }, Refused, Unreachable, result: (done: { result: unknown }) => done.result, storedToken: () => '', onEnded: () => undefined }
})

const topUp = await import('../src/stores/topUp')
const plans = await import('../src/stores/plans')
const { gains, range } = await import('../src/members/gains')
const { planBar, planGives, planLeft } = await import('../src/members/planWords')
const { notice } = await import('../src/stores/notice')

const rule = (code: string, min: number, max: number, more: Partial<TopUpRule> = {}): TopUpRule => ({ code, name: code, min_amount: min, max_amount: max, bonus: 0, bonus_per_mille: 0, points: 0, bonus_days: 0, staged: [], ...more })
const c100 = rule('c100', 10_000, 49_999, { bonus: 1_000 })
const c500 = rule('c500', 50_000, 10_000_000_000, { bonus: 8_000, points: 100, staged: [[30, 2_000]] })
const done = { issue: 'cd', number: '261122-1-6', paid: 50_000, bonus: 8_000, points: 100, returned: 0, tenders: [], change: 0, balances: {}, unsynced: false, paper: 0 } as TopUpReceipt

beforeEach(async () => {
  act.mockReset()
  ask.mockReset()
  ask.mockResolvedValue({ rules: [c100, c500] })
  await topUp.begin()
})

describe('a top-up', () => {
  it('begins without an amount and cannot go on', () => {
    topUp.toPay('ab')
    expect([topUp.amount.value, topUp.step.value]).toEqual([0, 'amount'])
  })
  it('takes a tile’s least amount, and keeps a typed amount that fits the tile', () => {
    topUp.take(c500)
    expect([topUp.text.value, topUp.rule.value?.code]).toEqual(['500.00', 'c500'])
    topUp.text.value = '888'
    topUp.take(c500)
    expect([topUp.text.value, topUp.rule.value?.code]).toEqual(['888', 'c500'])
  })
  it('follows a typed amount to the rule that fits it, and gives none below the first', () => {
    const ruled = (text: string): string => {
      topUp.text.value = text
      return topUp.rule.value?.code ?? ''
    }
    expect(['50', '100', '499.99', '500', '1e309', 'abc'].map(ruled)).toEqual(['', 'c100', 'c100', 'c500', '', ''])
  })
  it('gives no bonus when that was chosen', () => {
    topUp.text.value = '500'
    topUp.takeNone()
    expect(topUp.rule.value).toBeNull()
  })
  it('sends the rule that was shown, and its result stays', async () => {
    act.mockResolvedValue({ result: done })
    topUp.take(c500)
    topUp.toPay('ab')
    topUp.desk.amount.value = '600'
    expect(topUp.desk.change.value).toBe(10_000)
    await topUp.taking.confirm()
    expect(act).toHaveBeenCalledWith('POST', topUp.TOP_UP, { path: { member: 'ab' }, body: { amount: 50_000, rule: 'c500', tenders: [{ tender: 'cash', amount: 60_000, ref: '' }] } })
    expect([topUp.step.value, topUp.receipt.value?.number, topUp.used.value?.code, topUp.whose.value]).toEqual(['done', '261122-1-6', 'c500', 'ab'])
  })
  it('tells a refusal and keeps amount and rule', async () => {
    act.mockRejectedValue(new Refused({ code: 'amount_not_allowed', message: '超过上限。', kept: '', next: '', evidence: {} }, 400))
    topUp.take(c500)
    topUp.toPay('ab')
    await topUp.taking.confirm()
    expect([notice.value?.message, topUp.step.value, topUp.text.value, topUp.rule.value?.code]).toEqual(['超过上限。', 'pay', '500.00', 'c500'])
  })
  it('is sent once, however often the button is pressed, and not by a double tap', async () => {
    act.mockImplementation(() => new Promise((answer) => setTimeout(() => answer({ result: done }), 5)))
    topUp.take(c500)
    topUp.toPay('ab')
    topUp.taking.confirmByHand()
    expect(act).not.toHaveBeenCalled()
    await Promise.all([topUp.taking.confirm(), topUp.taking.confirm()])
    expect(act).toHaveBeenCalledOnce()
  })
  it('goes back one step at a time, and not while the money is being taken', async () => {
    let answer: (value: unknown) => void = () => undefined
    act.mockReturnValue(new Promise((resolve) => (answer = resolve)))
    topUp.take(c500)
    topUp.toPay('ab')
    const paying = topUp.taking.confirm()
    await vi.waitUntil(() => topUp.paying.value)
    expect([topUp.back(), topUp.step.value]).toEqual([true, 'pay'])
    answer({ result: done })
    await paying
    topUp.end()
    topUp.toPay('ab')
    expect([topUp.back(), topUp.step.value, topUp.back()]).toEqual([true, 'amount', false])
  })
  it('says what a rule gives, the staged release too', () => {
    expect(gains(c500)).toEqual(['送 ¥80.00', '送 100 积分', '30 天后再送 ¥20.00'])
    expect(gains(rule('p', 1, 2, { bonus_per_mille: 125, bonus_days: 90 }))).toEqual(['送充值额的 12.5%,90 天内有效'])
    expect([range(c100), range(c500), range(rule('x', 10_000, 10_000))]).toEqual(['¥100.00 到 ¥499.99', '满 ¥500.00', '¥100.00'])
  })
})

const plan = (kind: string, more: Partial<Plan> = {}): Plan => ({ code: kind, name: kind, kind, price: 9_900, uses: 0, points: 0, bonus: 0, days: 0, tier: '', items: [], categories: [], each: 1, ...more })

describe('a plan', () => {
  beforeEach(async () => {
    ask.mockResolvedValue({ plans: [plan('points', { points: 500 }), plan('count', { uses: 10, days: 180, categories: ['咖啡'] })] })
    await plans.begin()
  })
  it('is shown by kind, kinds that are not sold left out', () => {
    expect(plans.byKind.value.map((group) => group.kind)).toEqual(['count', 'points'])
  })
  it('is sold at the price shown', async () => {
    act.mockResolvedValue({ result: { number: '261122-1-7', kind: 'count' } as PlanReceipt })
    plans.chosen.value = plans.plans.value?.[1] ?? null
    plans.toPay('ab')
    await plans.taking.confirm()
    expect(act).toHaveBeenCalledWith('POST', plans.BUY_PLAN, { path: { member: 'ab' }, body: { plan: 'count', tenders: [{ tender: 'cash', amount: 9_900, ref: '' }], total: 9_900 } })
    expect([plans.step.value, plans.receipt.value?.number]).toEqual(['done', '261122-1-7'])
  })
  it('that is free is sold without money', async () => {
    act.mockResolvedValue({ result: { number: '261122-1-8' } as PlanReceipt })
    plans.chosen.value = plan('discount', { price: 0, tier: '金卡', days: 90 })
    plans.toPay('ab')
    await plans.taking.confirm()
    expect(act.mock.calls[0]?.[2].body).toEqual({ plan: 'discount', tenders: [], total: 0 })
  })
  it('says what it gives by its kind', () => {
    expect(planGives(plan('count', { uses: 10, days: 180, categories: ['咖啡'], items: ['9001', '9002'] }))).toEqual(['10 次', '180 天有效', '可用于 咖啡、2 种指定商品'])
    expect(planGives(plan('stored_value', { price: 50_000, bonus: 8_000 }))).toEqual(['储值 ¥500.00', '送 ¥80.00', '长期有效'])
    expect(planGives(plan('discount', { tier: '金卡会员', days: 90 }))).toEqual(['享金卡会员价', '90 天有效'])
    expect(planGives(plan('period', { days: 30 }))).toEqual(['30 天有效', '全场可用'])
  })
  it('that is held says what is left here and in the chain, until when, and why it cannot be used', () => {
    const card = { id: 'ab', plan: 'count', name: '次卡', kind: 'count', uses_here: 3, uses_chain: 8, last_day: '2027-05-20', frozen: false, usable: true, why: '' }
    expect([planLeft(card), planBar(card)]).toEqual([['本店 3 次', '全连锁 8', '到 2027-05-20'], ''])
    expect(planLeft({ ...card, kind: 'period', uses_here: 20, uses_chain: null, last_day: '' })).toEqual(['今天还能用 20 次', '长期有效'])
    expect([planBar({ ...card, usable: false, why: 'frozen' }), planBar({ ...card, usable: false, why: 'something_new' })]).toEqual(['已冻结', '现在不能用'])
  })
})
