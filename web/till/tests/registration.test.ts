import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Refused } from '@stayopen/kit'
import type { SetUp } from '../src/types'

const act = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { act, ask: vi.fn() }, Refused, Unreachable, result: (done: { result: unknown }) => done.result, storedToken: () => '', onEnded: () => undefined }
})

const { createRegistration } = await import('../src/stores/registration')
const { setUp } = await import('../src/stores/setup')
const { dismiss, notice } = await import('../src/stores/notice')

const chain = { privacy_version: '2026-1', privacy_text: '条款', custom_fields: [{ name: 'since', label: '首次到店', kind: 'date', choices: [], required: true }] } as unknown as SetUp

beforeEach(() => {
  act.mockReset()
  dismiss()
  setUp.value = null
})

describe('registration', () => {
  it('takes what was looked for in vain as phone or as name', () => {
    expect([createRegistration('13800010013').values['phone'], createRegistration('欧阳').values['name']]).toEqual(['13800010013', '欧阳'])
  })
  it('needs a name alone', async () => {
    act.mockResolvedValue({ result: { member: 'ab' } })
    const one = createRegistration()
    expect([one.word('name'), await one.submit(), one.word('name') !== '']).toEqual(['', null, true])
    one.values['name'] = ' 王小明 '
    expect(await one.submit()).toBe('ab')
    expect(act.mock.calls[0]?.[2].body).toEqual({ name: '王小明', phone: '', card: '', consent: '', fields: {} })
  })
  it('asks for consent to the terms in force, and says which version was agreed to', async () => {
    setUp.value = { ...chain, custom_fields: [] } as SetUp
    act.mockResolvedValue({ result: { member: 'ab' } })
    const one = createRegistration('王小明')
    expect([await one.submit(), one.consentWord.value !== '', act.mock.calls.length]).toEqual([null, true, 0])
    one.consent.value = true
    expect([await one.submit(), act.mock.calls[0]?.[2].body.consent]).toEqual(['ab', '2026-1'])
  })
  it('insists on the chain’s own required fields and brings days into their form', async () => {
    setUp.value = chain
    act.mockResolvedValue({ result: { member: 'ab' } })
    const one = createRegistration('王小明')
    one.consent.value = true
    expect([await one.submit(), one.firstWrong.value]).toEqual([null, 'x_since'])
    one.values['x_since'] = '2026/1/5'
    one.values['birthday'] = '19900806'
    await one.submit()
    expect(act.mock.calls[0]?.[2].body.fields).toEqual({ birthday: '1990-08-06', x_since: '2026-01-05' })
  })
  it('tells a refusal at its field until the field is changed, and keeps all that was typed', async () => {
    act.mockRejectedValue(new Refused({ code: 'phone_taken', message: '这个手机号已有会员。', kept: '', next: '请按手机号查找。', evidence: {} }, 409))
    const one = createRegistration('13800010001')
    one.values['name'] = '张伟'
    expect(await one.submit()).toBeNull()
    expect([one.word('phone'), notice.value, one.values['name']]).toEqual(['这个手机号已有会员。 请按手机号查找。', null, '张伟'])
    one.values['phone'] = '13800010099'
    expect(one.word('phone')).toBe('')
  })
  it('tells other refusals as everywhere', async () => {
    act.mockRejectedValue(new Refused({ code: 'shift_needed', message: '还没有开班。', kept: '', next: '', evidence: {} }, 409))
    await createRegistration('张伟').submit()
    expect(notice.value?.message).toBe('还没有开班。')
  })
})
