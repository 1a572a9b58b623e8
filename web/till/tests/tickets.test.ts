import { beforeEach, describe, expect, it, vi } from 'vitest'
import { basket, line, setUp as how } from './goods'

const act = vi.fn()
const ask = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { act, ask }, Refused, Unreachable, result: (done: { result: unknown }) => done.result }
})

const sale = await import('../src/stores/sale')
const { setUp } = await import('../src/stores/setup')
const tickets = await import('../src/stores/tickets')

const answer = (value: unknown) => Promise.resolve({ result: value })
const paths = () => act.mock.calls.map(([method, path]) => `${method} ${path.replace('/api/v1/baskets', '')}`)

beforeEach(() => {
  act.mockReset()
  ask.mockReset()
  sale.done()
})

describe('a ticket', () => {
  it('is a basket with a name: it is held under it and taken at once', async () => {
    act.mockReturnValueOnce(answer(basket())).mockReturnValueOnce(answer({})).mockReturnValueOnce(answer(basket([], { note: 'A3 桌' })))
    expect(await tickets.begin('A3 桌', '1002')).toBe(true)
    expect(paths()).toEqual(['POST ', 'POST /{basket}/hold', 'POST /{basket}/recall'])
    expect([act.mock.calls[1]?.[2].body, sale.basket.value?.note, sale.served.value]).toEqual([{ note: 'A3 桌' }, 'A3 桌', '1002'])
  })
  it('goes back under its name, also while it is empty', async () => {
    sale.basket.value = basket([], { note: 'A3 桌' })
    act.mockReturnValue(answer({}))
    ask.mockResolvedValue({ open: [], held: [{ basket: 'b', changed_at: 2 }, { basket: 'a', changed_at: 1 }], others: [] })
    expect(await tickets.putBack()).toBe(true)
    expect([act.mock.calls[0]?.[2].body, sale.basket.value]).toEqual([{ note: 'A3 桌' }, null])
    expect(tickets.tickets.value?.map((row) => row.basket)).toEqual(['a', 'b'])
  })
  it('does not begin when what is in hand cannot be put aside', async () => {
    sale.basket.value = basket([line(1)])
    act.mockRejectedValue(new (await import('@stayopen/kit')).Refused({ code: 'basket_elsewhere', message: '', kept: '', next: '', evidence: {} }, 409))
    expect(await tickets.begin('A4 桌', '')).toBe(false)
    expect(act).toHaveBeenCalledOnce()
  })
})

describe('order mode', () => {
  it('is as the chain wants it until this till chooses', () => {
    setUp.value = how({ order_mode: true })
    expect([tickets.byTickets.value, tickets.atBoard.value]).toEqual([true, true])
    tickets.setByTickets(false)
    expect(tickets.byTickets.value).toBe(false)
    tickets.setByTickets(true)
    setUp.value = how()
    expect(tickets.byTickets.value).toBe(true)
  })
})
