import { effectScope } from 'vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Refused } from '@stayopen/kit'
import type { HeldPlan, Member, PointsRow } from '../src/types'

const act = vi.fn()
const ask = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { act, ask }, Refused, Unreachable, result: (done: { result: unknown }) => done.result, storedToken: () => '', onEnded: () => undefined }
})

const person = await import('../src/stores/person')
const cards = await import('../src/stores/cards')
const value = await import('../src/stores/value')
const memberAct = await import('../src/stores/memberAct')
const plans = await import('../src/stores/plans')
const { templates } = await import('../src/stores/coupons')
const { createFinder } = await import('../src/stores/finder')
const { createHistory, createPointsHistory } = await import('../src/stores/history')
const { createProfileEdit } = await import('../src/stores/profileEdit')
const { question } = await import('../src/stores/approval')
const { closePage, openPage, page, subject } = await import('../src/stores/pages')
const { dismiss, notice } = await import('../src/stores/notice')
const { warningsOf } = await import('../src/members/gains')

const member = (id: string, more: Partial<Member> = {}): Member => ({
  member: id, name: '张伟', masked_name: '张*', tier: 'gold', tier_name: '金卡会员', frozen: false, has_photo: false, birthday_today: false, expiring: null,
  profile: { name: '张伟', phone: '13800010001', note: '旧' }, cards: ['80010001'], has_password: false, here: { principal: 1000, points: 120 }, chain: null, warnings: [], ...more,
})
const refusal = (code: string, evidence = {}) => new Refused({ code, message: code, kept: '', next: '', evidence }, 409)
const lead = { staff: '2001', pin: '246810' }

/** Approve the question that is being asked. */
async function approve(): Promise<void> {
  await vi.waitUntil(() => question.value)
  question.value?.answer(lead)
}

beforeEach(async () => {
  act.mockReset()
  ask.mockReset()
  dismiss()
  closePage()
  ask.mockResolvedValue(member('ab'))
  await person.show('ab')
})

describe('the member shown', () => {
  it('is the one asked for; a late answer about another is dropped', async () => {
    let late: (found: Member) => void = () => undefined
    ask.mockReturnValueOnce(new Promise((answer) => (late = answer))).mockResolvedValueOnce(member('ef', { name: '刘洋' }))
    const first = person.show('cd')
    await person.show('ef')
    late(member('cd'))
    await first
    expect(person.name.value).toBe('刘洋')
  })
  it('is read anew after an act, and what was done is said', async () => {
    act.mockResolvedValue({ result: { done: true } })
    await cards.loseCard('80010001')
    expect([act.mock.calls[0]?.[1], ask.mock.calls.length, notice.value?.kind]).toEqual(['/api/v1/members/{member}/cards/lost', 2, 'info'])
  })
  it('is led back to from a page that it opened, and to the till otherwise', () => {
    openPage('member', 'ab')
    person.go('topUp')
    expect([page.value, subject.value]).toEqual(['topUp', 'ab'])
    person.goBack()
    expect([page.value, subject.value]).toEqual(['member', 'ab'])
    person.goBack()
    expect(page.value).toBe('')
  })
  it('is minded for what expires and for a birthday', () => {
    expect(warningsOf(member('ab', { warnings: ['frozen'], birthday_today: true, expiring: { asset: 'points', amount: 80, day: '2026-12-31' } }))).toEqual(['已冻结', '今天生日', '80 积分将于 2026-12-31 到期'])
    expect(warningsOf(member('ab', { expiring: { asset: 'bonus', amount: 2000, day: '2026-12-31' } }))).toEqual(['¥20.00 将于 2026-12-31 到期'])
  })
})

describe('acts on a member', () => {
  it('ask for an approval first where nobody may act alone', async () => {
    act.mockResolvedValue({ result: { id: 'x' } })
    const done = value.movePoints(-50, '录入更正')
    await approve()
    await done
    expect(act.mock.calls[0]?.[2].body).toEqual({ approval: lead, points: -50, reason: '录入更正' })
  })
  it('are not sent when nobody approves', async () => {
    const undo = value.undoTopUp({ issue: 'cd', number: '1', day: '2026-11-22', total: 100, undone: false }, '充错', true)
    await vi.waitUntil(() => question.value)
    question.value?.answer(null)
    expect([await undo, act.mock.calls.length]).toEqual([false, 0])
  })
  it('ask again with the reason when an approval was not good enough', async () => {
    act.mockRejectedValueOnce(refusal('sign_in_refused')).mockResolvedValueOnce({ result: {} })
    const frozen = plans.setPlanFrozen({ id: 'cd', name: '月卡' } as HeldPlan, true, '顾客外出')
    await approve()
    await vi.waitUntil(() => question.value?.problem)
    await approve()
    await frozen
    expect(act.mock.calls.map(([, path]) => path)).toEqual(['/api/v1/plans/{card}/freeze', '/api/v1/plans/{card}/freeze'])
  })
  it('tell a refusal at the field that asked, and nowhere else', async () => {
    act.mockRejectedValue(refusal('card_taken'))
    const heard: string[] = []
    await cards.bindCard('80010002', ({ code }) => heard.push(code) > 0)
    expect([heard, notice.value]).toEqual([['card_taken'], null])
  })
  it('show a card number that was given, until it is read', async () => {
    act.mockResolvedValue({ result: { card: '8801000012' } })
    await cards.issueCard()
    expect(memberAct.act.value).toMatchObject({ kind: 'told', figure: '8801000012' })
  })
  it('say what was moved to another member and what was not', async () => {
    act.mockResolvedValue({ result: { withdraw: 'x', to: 'cd', principal: 50000, bonus: 8000, balances: {}, elsewhere: 1200, as_of: 0 } })
    const moved = cards.transfer('cd', '陈静', '家人合并使用')
    await approve()
    await moved
    expect(memberAct.act.value).toMatchObject({ kind: 'told', words: ['已转给 陈静：本金 ¥500.00，赠送 ¥80.00。', '另有 ¥12.00 在其他门店，没有转。'] })
  })
  it('know how many gifts the points are enough for', () => {
    expect([50, 120, 121].map((points) => value.enoughFor({ code: 'g', name: '马克杯', points, item: '' }))).toEqual([2, 1, 0])
  })
  it('offer each coupon template of the promotions in force once', async () => {
    ask.mockResolvedValue({ promotions: [{ active: true, coupon: 'new', name: '新人券' }, { active: true, coupon: 'new', name: '新人券二' }, { active: false, coupon: 'old', name: '旧券' }, { active: true, coupon: '', name: '满减' }] })
    expect(await templates()).toEqual([{ template: 'new', name: '新人券' }])
  })
})

describe('the profile', () => {
  it('writes only what was changed', async () => {
    act.mockResolvedValue({ result: { done: true } })
    const edit = createProfileEdit()
    expect(edit.changed.value).toBe(false)
    edit.values['note'] = '爱喝拿铁'
    edit.values['birthday'] = '19900806'
    await edit.submit()
    expect(act.mock.calls[0]?.[2].body).toEqual({ fields: { note: '爱喝拿铁', birthday: '1990-08-06' } })
    expect(edit.changed.value).toBe(false)
  })
  it('tells wrong input at its field and sends nothing', async () => {
    const edit = createProfileEdit()
    edit.values['phone'] = '138'
    await edit.submit()
    expect([edit.word('phone') !== '', edit.word('name'), act.mock.calls.length]).toEqual([true, '', 0])
  })
  it('tells a refusal at the field that it is about', async () => {
    act.mockRejectedValue(refusal('phone_taken'))
    const edit = createProfileEdit()
    edit.values['phone'] = '13800010002'
    await edit.submit()
    expect([edit.word('phone'), notice.value]).toEqual(['phone_taken', null])
  })
})

describe('finding a member', () => {
  const found = (id: string) => ({ members: [{ member: id, name: id }] })

  it('drops a late answer to an older question', async () => {
    let late: (answer: unknown) => void = () => undefined
    ask.mockReturnValueOnce(new Promise((answer) => (late = answer))).mockResolvedValueOnce(found('new'))
    const finder = createFinder()
    finder.q.value = '1'
    const first = finder.look()
    finder.q.value = '13'
    await finder.look()
    late(found('old'))
    await first
    expect(finder.found.value.map((one) => one.member)).toEqual(['new'])
  })
  it('takes with Enter what was typed last, also before the list has come', async () => {
    ask.mockResolvedValue(found('ab'))
    const finder = createFinder('zw')
    expect((await finder.chosen())?.member).toBe('ab')
  })
  it('keeps the highlight within the list', async () => {
    ask.mockResolvedValue({ members: [{ member: 'a' }, { member: 'b' }] })
    const finder = createFinder('x')
    await finder.look()
    finder.step(-1)
    finder.step(1)
    finder.step(1)
    expect(finder.highlight.value).toBe(1)
  })
})

describe('a member’s past', () => {
  it('comes in pages, the newest first, and what can be undone is known', async () => {
    const row = (issue: string, undone = false) => ({ issue, number: issue, day: '2026-11-22', total: 100, undone })
    ask.mockResolvedValueOnce({ top_ups: [row('b')], next: 7 }).mockResolvedValueOnce({ top_ups: [row('a', true)], next: 0 })
    const scope = effectScope()
    const past = scope.run(() => createHistory('topUps'))!
    await past.read()
    await past.readMore()
    expect(past.rows.value.map((one) => [one.id, one.gone, one.topUp?.issue])).toEqual([['b', false, 'b'], ['a', true, 'a']])
    expect([past.more.value, ask.mock.calls.at(-1)?.[2].query.before]).toEqual([0, 7])
    scope.stop()
  })
  it('knows points one by one', async () => {
    ask.mockResolvedValue({ points: [{ change: 5, act: 'sale' } as PointsRow], next: 0 })
    const scope = effectScope()
    const past = scope.run(createPointsHistory)!
    await past.read()
    expect(past.rows.value[0]?.change).toBe(5)
    scope.stop()
  })
})
