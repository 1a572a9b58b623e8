import { beforeEach, describe, expect, it, vi } from 'vitest'
import { basket as whole, line, member as person, setUp as how } from './goods'
import type { Receipt } from '../src/types'

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
const { dialog } = await import('../src/stores/dialogs')
const { member } = await import('../src/stores/member')
const { passwordQuestion } = await import('../src/stores/password')
const { setUp } = await import('../src/stores/setup')
const { codeOf, GIFT_CARD, POINTS, quickAmounts, STORED_VALUE } = await import('../src/stores/tendering')

const basket = whole([line(1, { name: '农夫山泉 550ml', unit_price: 3550, list_amount: 3550, charged: 3550 })], { subtotal: 3550, total: 3550 })
const receipt = { sale: 'cd', number: '261122-1-5', total: 3550, tenders: [], change: 1450, points_earned: 0, member: '', balances: {}, unsynced: false, saved_change: 0, paper: 0 } as Receipt

beforeEach(() => {
  act.mockReset()
  ask.mockReset().mockResolvedValue(person)
  payment.next()
  payment.back()
  setUp.value = how()
  member.value = null
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
    expect(act).toHaveBeenCalledWith('POST', payment.CHECKOUT, { path: { basket: 'ab' }, body: { tenders: [{ tender: 'cash', amount: 5000, ref: '' }], total: 3550, change_to_balance: false } })
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
    payment.choose(STORED_VALUE)
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

describe('what a till takes', () => {
  it('is what the chain has set up, beside cash and the member’s own value', () => {
    setUp.value = how({ points_redeem: { num: 1, den: 100, least: 100, most_per_mille: 500 } })
    expect(payment.desk.tenders.value).toEqual(['cash', 'stored_value', 'wechat', 'card', 'gift_card', 'points'])
  })
  it('refuses a payment code that nobody here can charge, and keeps the part as it is', () => {
    expect(payment.takeScan('28765432101234567890')).toBe(true)
    expect([payment.tender.value, payment.isOpen.value, notice.value?.kind]).toEqual(['cash', true, 'refused'])
  })
  it('knows whose a payment code is', () => {
    expect(['134567890123456789', '28765432101234567890', '6901234510010'].map(codeOf)).toEqual(['wechat', 'alipay', ''])
  })
})

describe('points', () => {
  const rule = { num: 1, den: 100, least: 100, most_per_mille: 500 }
  beforeEach(() => {
    setUp.value = how({ points_redeem: { ...rule, num: 100 } })
    member.value = person({ here: { points: 2400 } })
    payment.choose(POINTS)
  })
  it('suggest the most that they may pay by the chain’s rule', () => {
    expect([payment.amount.value, payment.desk.pointsTyped.value, payment.wrong.value]).toEqual(['17.75', 1775, ''])
  })
  it('pay no more than their share', () => {
    payment.amount.value = '18'
    expect(payment.wrong.value).toBe('pay.tooMuch')
  })
  it('pay whole points only, and not less than the least', () => {
    setUp.value = how({ points_redeem: rule })
    payment.amount.value = '0.01'
    expect(payment.wrong.value).toBe('')
    setUp.value = how({ points_redeem: { ...rule, num: 300 } })
    payment.amount.value = '0.04'
    expect([payment.wrong.value, payment.desk.nearest.value]).toEqual(['pay.pointsInexact', { below: 3, above: 6 }])
  })
  it('need a member', () => {
    member.value = null
    expect(payment.desk.redeem.value.bar).toBe('pay.pointsNeedMember')
  })
})

describe('stored value', () => {
  it('that lies elsewhere can be chosen, for head office may be asked', () => {
    member.value = person({ here: { principal: 1000 }, chain: { balances: { principal: 9000 }, as_of: 0 } })
    payment.choose(STORED_VALUE)
    expect([payment.desk.stored.value.bar, payment.amount.value]).toEqual(['', '10.00'])
    payment.amount.value = '20'
    expect(payment.wrong.value).toBe('pay.storedShort')
  })
  it('that arrives while it is looked at is suggested at once, and not over what somebody types', async () => {
    member.value = person({ here: {}, chain: { balances: { principal: 9000 }, as_of: 0 } })
    payment.choose(STORED_VALUE)
    expect(payment.amount.value).toBe('')
    member.value = person({ here: { principal: 2000 } })
    await vi.waitUntil(() => payment.amount.value)
    expect(payment.amount.value).toBe('20.00')
    payment.amount.value = '5'
    payment.fresh.value = false
    member.value = person({ here: { principal: 3000 } })
    await Promise.resolve()
    expect(payment.amount.value).toBe('5')
  })
  it('that nobody has cannot', () => {
    member.value = person({ chain: { balances: {}, as_of: 0 } })
    expect(payment.desk.stored.value.bar).toBe('pay.storedNone')
  })
})

describe('change', () => {
  it('goes into the balance only where the chain lets it, for a member, and when there is some', async () => {
    act.mockResolvedValue({ result: receipt })
    setUp.value = how({ change_to_balance: true })
    member.value = person()
    expect(payment.canKeepChange.value).toBe(false)
    payment.amount.value = '50'
    expect(payment.canKeepChange.value).toBe(true)
    payment.keepChange.value = true
    await payment.confirm()
    expect(act.mock.calls[0]?.[2].body.change_to_balance).toBe(true)
  })
})

describe('a gift card', () => {
  beforeEach(() => payment.choose(GIFT_CARD))

  it('is looked up by its number before it pays, and pays what it holds', async () => {
    expect(payment.wrong.value).toBe('pay.giftNeeded')
    ask.mockResolvedValue({ owner: 'ef', known: true, here: 2000 })
    payment.takeScan('1234567890123456')
    await vi.waitUntil(() => payment.desk.card.value)
    expect([payment.amount.value, payment.wrong.value, act.mock.calls.length]).toEqual(['20.00', '', 0])
    await payment.confirm()
    expect([payment.parts.value, payment.remaining.value]).toEqual([[{ tender: 'gift_card', amount: 2000, ref: '1234567890123456' }], 1550])
  })
  it('shown twice pays no more than what it has left', async () => {
    ask.mockResolvedValue({ owner: 'ef', known: true, here: 2000 })
    payment.takeScan('1234567890123456')
    await vi.waitUntil(() => payment.desk.card.value)
    await payment.confirm()
    payment.choose(GIFT_CARD)
    payment.takeScan('1234567890123456')
    await vi.waitUntil(() => payment.desk.card.value)
    expect([payment.desk.most.value, payment.wrong.value]).toEqual([0, 'pay.giftEmpty'])
  })
  it('whose number is none pays nothing', async () => {
    ask.mockRejectedValue(new Refused({ code: 'unknown_gift_card', message: '没有这张礼品卡。', kept: '', next: '', evidence: {} }, 404))
    payment.reference.value = '99'
    await payment.confirm()
    expect([payment.parts.value, notice.value?.message]).toEqual([[], '没有这张礼品卡。'])
  })
})

describe('a card’s password', () => {
  const needed = (code: string) => new Refused({ code, message: code, kept: '', next: '请重新输入。', evidence: {} }, 403)

  it('is asked for when the node wants it, again when it was wrong, and named in no other payment', async () => {
    act.mockRejectedValueOnce(needed('password_needed')).mockRejectedValueOnce(needed('password_wrong')).mockResolvedValueOnce({ result: receipt })
    const paid = payment.confirm()
    await vi.waitUntil(() => passwordQuestion.value)
    passwordQuestion.value?.answer('1111')
    await vi.waitUntil(() => passwordQuestion.value?.words.startsWith('password_wrong'))
    passwordQuestion.value?.answer('2222')
    await paid
    expect(act.mock.calls.map(([, , input]) => input.body.password)).toEqual([undefined, '1111', '2222'])
    expect('password' in act.mock.calls[0]?.[2].body).toBe(false)
    expect(payment.receipt.value?.number).toBe(receipt.number)
  })
  it('that is not given leaves the basket as it was', async () => {
    ask.mockResolvedValue(basket)
    act.mockRejectedValueOnce(needed('password_needed'))
    const paid = payment.confirm()
    await vi.waitUntil(() => passwordQuestion.value)
    passwordQuestion.value?.answer(null)
    await paid
    expect([payment.receipt.value, payment.isOpen.value, payment.paying.value]).toEqual([null, true, false])
  })
})

describe('an amount without goods', () => {
  it('waits until the basket in hand is paid', () => {
    payment.back()
    payment.openQuick(500)
    expect([payment.isOpen.value, notice.value?.kind]).toEqual([false, 'refused'])
  })
  it('is sold by itself', async () => {
    act.mockResolvedValue({ result: receipt })
    payment.back()
    sale.basket.value = null
    payment.openQuick(500)
    expect(payment.total.value).toBe(500)
    await payment.confirm()
    expect(act).toHaveBeenCalledWith('POST', payment.QUICK, {
      body: { amount: 500, tenders: [{ tender: 'cash', amount: 500, ref: '' }], member: null, attendant: '', change_to_balance: false },
    })
    expect([payment.isOpen.value, payment.quick.value]).toEqual([false, 0])
  })
})

describe('a chain that sells to members alone', () => {
  it('asks who buys before it takes money', () => {
    setUp.value = how({ walk_in_allowed: false })
    payment.back()
    payment.open()
    expect([payment.isOpen.value, dialog.value]).toEqual([false, 'member'])
    sale.basket.value = { ...basket, member: 'cd' }
    payment.open()
    expect(payment.isOpen.value).toBe(true)
  })
})

describe('a chain that wants to know who served', () => {
  it('asks for it, and the basket is kept', async () => {
    ask.mockResolvedValue(basket)
    act.mockRejectedValue(new Refused({ code: 'attendant_needed', message: '请选服务人员。', kept: '单据还在。', next: '', evidence: {} }, 409))
    await payment.confirm()
    expect([dialog.value, payment.isOpen.value, sale.basket.value?.basket]).toEqual(['served', false, 'ab'])
  })
})

describe('quick amounts', () => {
  it('are the amount itself and what round notes make of it', () => {
    expect(quickAmounts(3550, [10, 50, 100, 500, 1000, 2000, 5000, 10000])).toEqual([3550, 3600, 4000, 5000, 10000])
  })
  it('are none when nothing is due', () => {
    expect(quickAmounts(0, [100])).toEqual([])
  })
})
