import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Refused } from '@stayopen/kit'

const ask = vi.fn()
const act = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { ask, act }, Refused, Unreachable, result: (done: { result: unknown }) => done.result, storedToken: () => '', onEnded: () => undefined, begin: () => undefined, end: () => undefined }
})

const session = await import('../src/stores/session')
const shifts = await import('../src/stores/shift')
const { question } = await import('../src/stores/approval')
const { notice, dismiss } = await import('../src/stores/notice')
const refused = (code: string, evidence = {}) => new Refused({ code, message: '不行。', kept: '', next: '', evidence }, 409)
const lead = { staff: '2001', pin: '246810' }

/** Answer the next question for an approval. */
async function approve(): Promise<void> {
  await vi.waitFor(() => expect(question.value).not.toBeNull())
  question.value?.answer(lead)
}

beforeEach(() => {
  ask.mockReset().mockResolvedValue({ shift: null, denominations: [10000, 50] })
  act.mockReset()
  dismiss()
  session.denominations.value = [10000, 50]
  shifts.beginCount()
  shifts.report.value = null
  shifts.difference.value = null
})

describe('the blind count', () => {
  it.each([['', 0], ['12', 12], ['１２', 12], ['100000', 100000], ['100001', null], ['1.5', null], ['-1', null], ['1e3', null], ['三', null]])('reads %o as %o pieces', (text, pieces) => {
    expect(shifts.parsePieces(text)).toBe(pieces)
  })
  it('adds up what was typed and names what is wrong', () => {
    shifts.pieces.value = { 10000: '3', 50: 'x' }
    expect([shifts.counted.value, shifts.wrongPieces.value]).toEqual([30000, [50]])
  })
  it('sends pieces and the slips that were typed, and asks for no figure before', async () => {
    act.mockResolvedValue({ result: { done: true } })
    shifts.pieces.value = { 10000: '3', 50: '0' }
    shifts.slips.value = { card: 1250 }
    expect(await shifts.count()).toBe(true)
    expect(act).toHaveBeenCalledWith('POST', '/api/v1/shift/count', { body: { cash: [{ denomination: 10000, pieces: 3 }], others: [{ tender: 'card', amount: 1250 }] } })
    expect(ask.mock.calls.map((call) => call[1])).toEqual(['/api/v1/shift'])
  })
  it('keeps what was typed when the node refuses', async () => {
    act.mockRejectedValue(refused('shift_needed'))
    shifts.pieces.value = { 10000: '3' }
    expect(await shifts.count()).toBe(false)
    expect([shifts.pieces.value[10000], notice.value?.kind]).toEqual(['3', 'refused'])
  })
})

describe('the close', () => {
  it('is approved on the cashier’s screen and shows its report', async () => {
    act.mockRejectedValueOnce(refused('approval_needed')).mockResolvedValueOnce({ result: { differences: [] } })
    const closed = shifts.close('')
    await approve()
    await closed
    expect(act.mock.lastCall?.[2]).toEqual({ body: { reason: '', approval: lead } })
    expect(shifts.report.value).toEqual({ differences: [] })
  })
  it('tells a difference that wants a reason, and nothing is closed', async () => {
    act.mockRejectedValueOnce(refused('difference_needs_reason', { tender: 'cash', difference: -3900 }))
    await shifts.close('')
    expect([shifts.difference.value, shifts.report.value, notice.value]).toEqual([-3900, null, null])
  })
})

describe('cash in and out', () => {
  it('is written down once it is approved', async () => {
    act.mockRejectedValueOnce(refused('approval_needed')).mockResolvedValueOnce({ result: { done: true } })
    const moved = shifts.moveCash('cash_out', 2000, '买用品')
    await approve()
    expect(await moved).toBe(true)
    expect(act.mock.lastCall?.[2]).toEqual({ body: { act: 'cash_out', amount: 2000, reason: '买用品', approval: lead } })
  })
  it('is not done when nobody approves', async () => {
    act.mockRejectedValueOnce(refused('approval_needed'))
    const moved = shifts.moveCash('cash_in', 100, '补零钱')
    await vi.waitFor(() => expect(question.value).not.toBeNull())
    question.value?.answer(null)
    expect(await moved).toBe(false)
  })
})

describe('the figures so far', () => {
  it('are asked for by a shift lead only', async () => {
    session.me.value = { roles: ['cashier'] } as never
    await shifts.readFigures()
    expect(ask).not.toHaveBeenCalled()
    session.me.value = { roles: ['shift_lead'] } as never
    await shifts.readFigures()
    expect(ask).toHaveBeenCalledWith('GET', '/api/v1/shift/x')
  })
})
