import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Charge } from '../src/types'
import { setUp as how } from './goods'

const act = vi.fn()
const ask = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { act, ask }, Refused, Unreachable, result: (done: { result: unknown }) => done.result, storedToken: () => '', onEnded: () => undefined }
})

const { Refused } = await import('@stayopen/kit')
const charges = await import('../src/stores/charges')
const { notice, dismiss } = await import('../src/stores/notice')
const { setUp } = await import('../src/stores/setup')
const { createTendering } = await import('../src/stores/tendering')
const { ref } = await import('vue')

const paid = (state: string, more: Partial<Charge> = {}): Charge => ({ payment: 'aa', till: 'till-1', tender: 'wechat', amount: 500, state, cancel: false, code: '', provider_ref: '', act: '', at: 0, ...more })
const CODE = '134567890123456700'
const answers = (...states: Charge[]) => ask.mockImplementation((_: string, path: string) => Promise.resolve(path.endsWith('{payment}') ? (states.shift() ?? paid('asking')) : { payments: [] }))
const tick = () => new Promise((resolve) => setTimeout(resolve))
/** A notice comes, and is looked into. */
const told = async () => {
  charges.wake()
  await tick()
}

beforeEach(() => {
  act.mockReset()
  ask.mockReset()
  charges.charge.value = null
  dismiss()
  setUp.value = how({ tenders: [{ code: 'wechat', name: '', provider: 'simulated', reference: 0 }, { code: 'card', name: '', provider: '', reference: 0 }] })
  act.mockResolvedValue({ result: paid('asking') })
})

describe('a payment by a provider', () => {
  it('is asked for without holding up anything else, and waited for until it is paid', async () => {
    answers(paid('asking'), paid('paid'))
    const payment = charges.take('wechat', 500, CODE)
    await tick()
    expect([charges.pending.value, act.mock.calls[0]?.[2].body]).toEqual([true, { tender: 'wechat', amount: 500, code: CODE, wait_ms: 0 }])
    await told()
    await told()
    expect([await payment, charges.charge.value]).toEqual(['aa', null])
    expect(ask.mock.calls.at(-1)?.[2]).toEqual({ query: { open: 1 } })
  })
  it('that was refused stays on the screen with its reason until it is put away', async () => {
    answers(paid('refused', { code: 'declined' }))
    const payment = charges.take('wechat', 500, CODE)
    await tick()
    await told()
    expect([await payment, charges.charge.value?.code, charges.pending.value]).toEqual([null, 'declined', false])
    charges.leave()
    expect(charges.charge.value).toBeNull()
  })
  it('that cannot even be asked for is told', async () => {
    act.mockRejectedValue(new Refused({ code: 'no_provider', message: '没有接通微信。', kept: '', next: '', evidence: {} }, 409))
    expect([await charges.take('wechat', 500, CODE), charges.charge.value, notice.value?.message]).toEqual([null, null, '没有接通微信。'])
  })
  it('can be cancelled while nobody knows, and the till goes on', async () => {
    answers(paid('unknown', { cancel: true }))
    const payment = charges.take('wechat', 500, CODE)
    await tick()
    act.mockResolvedValue({ result: paid('unknown', { cancel: true }) })
    await charges.cancel()
    expect(charges.charge.value?.cancel).toBe(true)
    charges.leave()
    expect(await payment).toBeNull()
  })
  it('that was paid and not used is listed for this till alone', async () => {
    ask.mockResolvedValue({ payments: [paid('paid'), paid('paid', { payment: 'bb', till: 'till-2' }), paid('refunding', { payment: 'cc' })] })
    await charges.readOpen()
    expect(charges.open.value.map((row) => row.payment)).toEqual(['aa'])
  })
})

describe('a desk with a provider', () => {
  const desk = () => createTendering({ total: ref(1200) })

  it('takes nothing without a code', () => {
    const one = desk()
    one.choose('wechat')
    expect(one.wrong.value).toBe('pay.codeNeeded')
    one.choose('card')
    expect(one.wrong.value).toBe('')
  })
  it('goes on by itself when a code is scanned, and only then', async () => {
    const ready = vi.fn()
    const one = createTendering({ total: ref(1200), ready })
    expect(one.takeCode(CODE)).toBe(true)
    expect([one.tender.value, ready.mock.calls.length]).toEqual(['wechat', 1])
  })
  it('puts what was paid among the parts by the payment’s own id, and uses a code once', async () => {
    answers(paid('paid'))
    const one = desk()
    one.choose('wechat')
    one.amount.value = '5'
    one.reference.value = CODE
    const done = one.prepare()
    expect(one.reference.value).toBe('')
    await tick()
    await told()
    expect([await done, one.parts.value, one.remaining.value]).toEqual([false, [{ tender: 'wechat', amount: 500, ref: 'aa' }], 700])
    expect(one.addPaid({ tender: 'wechat', amount: 700, payment: 'bb' })).toBe(true)
  })
})
