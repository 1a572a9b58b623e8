import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { basket as whole, line, setUp as how } from './goods'

const act = vi.fn()
const ask = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { act, ask }, Refused, Unreachable, result: (done: { result: unknown }) => done.result, storedToken: () => '', onEnded: () => undefined }
})

const { Refused } = await import('@stayopen/kit')
const { i18n } = await import('../src/i18n')
const payment = await import('../src/stores/payment')
const sale = await import('../src/stores/sale')
const { dialog } = await import('../src/stores/dialogs')
const { question } = await import('../src/stores/approval')
const { dismiss, notice } = await import('../src/stores/notice')
const { setUp } = await import('../src/stores/setup')
const { createFinder } = await import('../src/stores/finder')
const { isReference } = await import('../src/stores/tendering')
const { slipOf } = await import('../src/tenders')
const { default: PaperOffer } = await import('../src/components/PaperOffer.vue')
const { default: TenderDesk } = await import('../src/components/TenderDesk.vue')

const CARDS = [{ code: 'wechat', name: '', provider: '', reference: 0 }, { code: 'card', name: '', provider: '', reference: 4 }]
const needed = new Refused({ code: 'card_needed', message: '请刷卡。', kept: '', next: '', evidence: {} }, 403)
const plugins = { global: { plugins: [i18n] } }

enableAutoUnmount(afterEach)

beforeEach(() => {
  act.mockReset().mockResolvedValue({ result: { done: true } })
  ask.mockReset().mockResolvedValue({ members: [], payments: [] })
  dialog.value = null
  dismiss()
  payment.next()
  payment.back()
  setUp.value = how({ tenders: CARDS })
  sale.basket.value = whole([line(1, { charged: 3550 })], { subtotal: 3550, total: 3550 })
})

describe('a reference that a tender takes', () => {
  it.each([['4821', true], ['A-48', true], ['482', false], ['----', false], ['48 21', false], ['四八二一', false], ['7'.repeat(33), false]])('%s: %s', (text, good) => {
    expect(isReference(text, 4)).toBe(good)
  })
  it('is asked for before the part is taken, and goes with it', async () => {
    payment.open()
    payment.choose('card')
    expect(payment.wrong.value).toBe('pay.refNeeded')
    await payment.confirm()
    expect(act).not.toHaveBeenCalled()
    payment.reference.value = ' 4821 '
    await payment.confirm()
    expect(act.mock.lastCall?.[2].body.tenders).toEqual([{ tender: 'card', amount: 3550, ref: '4821' }])
  })
  it('is nobody’s question for other tenders', () => {
    payment.open()
    payment.choose('wechat')
    expect(payment.wrong.value).toBe('')
  })
  it('is typed by the keypad while its field has the focus', async () => {
    payment.open()
    const desk = mount(TenderDesk, { ...plugins, props: { desk: payment.desk, busy: false }, attachTo: document.body })
    payment.choose('card')
    await new Promise((done) => setTimeout(done))
    await flushPromises()
    for (const key of ['4', '8', '2', '1']) await desk.findAll('.pad button').find((one) => one.text() === key)?.trigger('click')
    expect([payment.reference.value, payment.amount.value]).toEqual(['4821', '35.50'])
    expect(desk.find('input[required]').attributes('aria-invalid')).toBe('false')
  })
  it('is shown, and a provider’s id is not', () => {
    expect([slipOf('4821'), slipOf('ab'.repeat(16))]).toEqual(['4821', ''])
  })
})

describe('a paper that was not printed by itself', () => {
  const offer = (paper: number) => mount(PaperOffer, { ...plugins, props: { paper, kind: 'sale' }, attachTo: document.body })

  it('is asked about, and printed once by its key', async () => {
    setUp.value = how({ print_sale: 'ask' })
    const shown = offer(7)
    expect(shown.text()).toContain('要小票吗')
    window.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyP' }))
    window.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyP' }))
    await flushPromises()
    expect(act.mock.calls.map(([, path, more]) => [path, more.path.job])).toEqual([['/api/v1/print-jobs/{job}/retry', '7']])
    expect(shown.find('button').exists()).toBe(false)
  })
  it('is offered without a question', () => {
    setUp.value = how({ print_sale: 'on_request' })
    expect(offer(7).text()).toBe('打印 P')
  })
  it('is nothing to speak of when it was printed', () => {
    expect(offer(0).text()).toBe('')
  })
  it('can be asked for again when the node refused', async () => {
    act.mockRejectedValue(needed)
    const shown = offer(7)
    await shown.find('button').trigger('click')
    await flushPromises()
    expect(shown.find('button').exists()).toBe(true)
  })
})

describe('members that are named by card', () => {
  it('are found by what was read, which the page says', async () => {
    const finder = createFinder()
    await finder.read('88660001')
    expect(ask.mock.lastCall?.[2]).toEqual({ query: { q: '88660001', read: true } })
  })
  it('are not looked for while somebody types, and a shift lead may allow it', async () => {
    vi.useFakeTimers()
    setUp.value = how({ member_input: 'card_only' })
    const finder = createFinder()
    finder.q.value = '1381'
    await vi.advanceTimersByTimeAsync(1000)
    vi.useRealTimers()
    expect(ask).not.toHaveBeenCalled()
    ask.mockRejectedValueOnce(needed)
    await finder.chosen()
    expect(finder.barred.value).toBe('请刷卡。')
    act.mockRejectedValueOnce(new Refused({ code: 'approval_needed', message: '', kept: '', next: '', evidence: {} }, 403))
    const allowed = finder.allow()
    await vi.waitFor(() => expect(question.value).not.toBeNull())
    question.value?.answer({ staff: '2001', pin: '246810' })
    await allowed
    expect(act.mock.lastCall?.[1]).toBe('/api/v1/members/typing')
    expect([finder.barred.value, ask.mock.lastCall?.[2]]).toEqual(['', { query: { q: '1381', read: false } }])
  })
})

describe('who is no walk-in by default', () => {
  it('is asked for once a basket', () => {
    setUp.value = how({ walk_in_default: false })
    payment.open()
    expect([dialog.value, payment.isOpen.value]).toEqual(['member', false])
    expect(notice.value).not.toBeNull()
    payment.open()
    expect(payment.isOpen.value).toBe(true)
  })
  it('is not asked for when the member is known', () => {
    setUp.value = how({ walk_in_default: false })
    sale.basket.value = whole([line(1, { charged: 100 })], { basket: 'cd', total: 100, member: 'ef' })
    payment.open()
    expect(payment.isOpen.value).toBe(true)
  })
})
