import { beforeEach, describe, expect, it, vi } from 'vitest'

const aside = vi.fn()
const ask = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { aside, ask }, Refused, Unreachable, result: (done: { result: unknown }) => done.result }
})

const { Refused, Unreachable } = await import('@stayopen/kit')
const rights = await import('../src/stores/rights')

beforeEach(() => {
  aside.mockReset()
  rights.leave()
})

describe('a question to head office', () => {
  it('waits beside everything else, and says when it was granted', async () => {
    aside.mockResolvedValue({ result: { state: 'granted', told: null } })
    const granted = rights.ask('cd', 500)
    expect(rights.question.value).toMatchObject({ state: 'waiting', amount: 500 })
    expect([await granted, rights.question.value?.state]).toEqual([true, 'granted'])
    expect(aside.mock.calls[0]?.[2].body).toMatchObject({ member: 'cd', amount: 500, asset: 'principal' })
  })
  it('that is refused says why in the node’s words', async () => {
    aside.mockResolvedValue({ result: { state: 'refused', told: { message: '总部也没有足够的额度。', next: '其余请换其他方式付款。' } } })
    expect(await rights.ask('cd', 500)).toBe(false)
    expect(rights.question.value).toMatchObject({ state: 'refused', words: '总部也没有足够的额度。 其余请换其他方式付款。' })
  })
  it.each([new Unreachable(), new Refused({ code: 'no_hq', message: '单店没有总部。', kept: '', next: '', evidence: {} }, 409)])('that comes to nothing is told, and may be asked again: %s', async (error) => {
    aside.mockRejectedValue(error)
    expect(await rights.ask('cd', 500)).toBe(false)
    expect(rights.question.value?.words).not.toBe('')
  })
  it('may be left at any time: its late answer changes nothing on the screen', async () => {
    let answer: (value: unknown) => void = () => undefined
    aside.mockReturnValue(new Promise((resolve) => (answer = resolve)))
    const granted = rights.ask('cd', 500)
    rights.leave()
    answer({ result: { state: 'granted', told: null } })
    expect([await granted, rights.question.value]).toEqual([false, null])
  })
})
