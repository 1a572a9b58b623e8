import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import RulePanel from '../../src/areas/clearing/RulePanel.vue'
import RulesPage from '../../src/areas/clearing/RulesPage.vue'
import { basisPoints, shares } from '../../src/areas/clearing/shares'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { type Asked, office, USER } from '../office'

const RULE = { branch: '', rule: 'R', from_day: '2026-12-05', principal_ratio: [1, 0, 9], bonus_ratio: [0, 1, 0], fee_bp: 50, fee_to: 'HQ', state: 'coming' }
const PROPOSAL = { proposal: 'ab'.repeat(16), rule: { ...RULE, state: '' }, reason: '<u>合同</u>', proposed_by: 'wangfang', proposed_at: 1, decided_by: '', decided_at: 0, state: 'proposed' }
const CODES = [{ kind: 'top_up_rule', code: 'R', name: '充值送' }]
const PREVIEW = { n: 2, spends: 8, complete: true, pairs: [{ debtor: 'HQ', creditor: 'b001', present: 0, proposed: -300 }], nets: [{ entity: 'HQ', present: 0, proposed: 300 }, { entity: 'b001', present: 0, proposed: -300 }] }
const JOB = { job: 'f'.repeat(32), kind: 'clearing_preview', state: 'done', done: 4, total: 4, begun_at: 1, code: '', file: '', result: PREVIEW }
let router: Router

beforeEach(async () => {
  me.value = { ...USER, duties: ['see', 'branch', 'settle', 'approve'] }
  document.body.innerHTML = ''
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)', component: { template: '' }, meta: { title: 'clearing.title' } }] })
  await router.push('/reconciliation/clearing-rules')
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const answers = ({ path, method }: Asked) => {
  if (path.startsWith('/office/v1/branches')) return { branches: [{ branch: 'b001', name: '南京路店' }], next: '' }
  if (path.startsWith('/office/v1/periods')) return { periods: [] }
  if (path.startsWith('/office/v1/clearing-previews')) return JOB
  if (path.endsWith('/clearing-rules') && method === 'GET') return { rules: [RULE], proposals: [PROPOSAL], codes: CODES, today: '2026-11-30' }
  return PROPOSAL
}
async function show(page: object, props: object = {}) {
  const made = mount(page, { props, global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
  return made
}
const text = () => document.body.textContent ?? ''
const button = (word: string) => [...document.querySelectorAll<HTMLButtonElement>('button')].find((one) => one.textContent?.trim() === word)

describe('shares', () => {
  it('are told in per cent, fees in hundredths of one', () => {
    expect(shares([1, 0, 3])).toBe('发行店 25% · 消费店 75%')
    expect([basisPoints('0.5'), basisPoints('1.25'), basisPoints('100'), basisPoints('100.01'), basisPoints('-1'), basisPoints('1.234')]).toEqual([50, 125, 10000, null, null, null])
  })
})

describe('the rules', () => {
  it('tell scope, shares and fee, and keep a reason text', async () => {
    office(answers)
    const page = await show(RulesPage)
    for (const word of ['全连锁 · 充值送', '2026-12-05', '发行店 10% · 消费店 90%', '0.5% → 总部', '未生效', '<u>合同</u>']) expect(page.text()).toContain(word)
    expect(page.find('u').exists()).toBe(false)
    expect(button('批准')?.disabled).toBe(true)
  })

  it('are approved by somebody else, who sees first what changes and when', async () => {
    me.value = { ...USER, name: 'chen.jing', duties: ['see', 'approve'] }
    const asked = office(answers)
    await show(RulesPage)
    expect(button('新规则')).toBeUndefined()
    button('批准')?.click()
    await flushPromises()
    expect(text()).toContain('从 2026-12-05 起')
    ;[...document.querySelectorAll<HTMLButtonElement>('.el-dialog button')].find((one) => one.textContent?.trim() === '批准')?.click()
    await flushPromises()
    expect(asked.some(({ path }) => path.endsWith(`/${PROPOSAL.proposal}/approve`))).toBe(true)
  })
})

describe('a new rule', () => {
  it('has to be tried on real data before it is proposed', async () => {
    const asked = office(answers)
    const panel = await show(RulePanel, { codes: CODES, today: '2026-11-30' })
    expect(button('提交复核')?.disabled).toBe(true)
    button('试算')?.click()
    await flushPromises()
    expect(asked.find(({ path }) => path.endsWith('/clearing-previews'))?.body).toMatchObject({ rule: { from_day: '2026-12-01', principal_ratio: [0, 0, 10000], bonus_ratio: [10000, 0, 0] }, period: 0 })
    expect(text()).toContain('南京路店 欠 总部')
    expect(text()).toContain('+3.00')
    expect(button('提交复核')?.disabled).toBe(false)
    const reason = [...document.querySelectorAll<HTMLInputElement>('input')].at(-1)
    if (reason) {
      reason.value = '加盟合同'
      reason.dispatchEvent(new Event('input'))
    }
    await flushPromises()
    document.querySelector('form')?.dispatchEvent(new Event('submit'))
    await flushPromises()
    expect(asked.at(-1)?.body).toMatchObject({ reason: '加盟合同', rule: { principal_ratio: [0, 0, 10000], fee_bp: 0 } })
    expect(panel.emitted('proposed')).toHaveLength(1)
  })

  /** An office that works on the preview until it is given up. */
  const busyOffice = () => {
    let state = 'running'
    const asked = office((one) => {
      if (one.method === 'DELETE') state = 'cancelled'
      if (one.path.startsWith('/office/v1/jobs/') || one.path.endsWith('/clearing-previews')) return one.method === 'DELETE' ? {} : { ...JOB, state, done: 3, total: 8, result: null }
      return answers(one)
    })
    return { asked, given: () => asked.filter(({ method, path }) => method === 'DELETE' && path.endsWith(`/jobs/${JOB.job}`)).length }
  }

  it('shows how far the trial is, and gives it up when asked to', async () => {
    vi.useFakeTimers()
    const { given } = busyOffice()
    await show(RulePanel, { codes: CODES, today: '2026-11-30' })
    button('试算')?.click()
    await flushPromises()
    expect(text()).toContain('3 / 8')
    expect(button('提交复核')?.disabled).toBe(true)
    button('取消')?.click()
    await vi.advanceTimersByTimeAsync(600)
    await flushPromises()
    expect(given()).toBe(1)
    expect(text()).toContain('已取消')
    expect(button('提交复核')?.disabled).toBe(true)
  })

  it('gives the trial up when the rule changes or the page is left', async () => {
    vi.useFakeTimers()
    const { given } = busyOffice()
    const panel = await show(RulePanel, { codes: CODES, today: '2026-11-30' })
    button('试算')?.click()
    await flushPromises()
    const fee = document.querySelector<HTMLInputElement>('.fee input')
    if (fee) fee.value = '0.5'
    fee?.dispatchEvent(new Event('input'))
    await flushPromises()
    expect(given()).toBe(1)
    const second = busyOffice()
    await vi.advanceTimersByTimeAsync(600)
    await flushPromises()
    panel.unmount()
    const other = await show(RulePanel, { codes: CODES, today: '2026-11-30' })
    button('试算')?.click()
    await flushPromises()
    other.unmount()
    await flushPromises()
    expect(second.given()).toBe(1)
  })
})
