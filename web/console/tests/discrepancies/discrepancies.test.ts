import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import DiscrepancyPanel from '../../src/areas/discrepancies/DiscrepancyPanel.vue'
import { difference, figure } from '../../src/areas/discrepancies/figures'
import QueuePage from '../../src/areas/discrepancies/QueuePage.vue'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { type Asked, office, USER } from '../office'

const ID = 'ab'.repeat(16)
const LINE = {
  discrepancy: ID, n: 3, code: 'cash_differs', branch: 'b001', expected: 100000, found: 95000, delta: -5000, at: 1_796_000_000_000, state: 'open', assignee: '', by: '', resolved_at: 0, waiting: false, unit: 'money',
}
const ENTRY = {
  branch: 'b001', incarnation: 'cc'.repeat(16), seq: 7, kind: 'sale', at: 1_796_000_000_000, arrived: 1_796_000_001_000, hash: 'dd'.repeat(32), signer: 'ee'.repeat(32), kept: true,
  postings: [{ account: 'sales:b001', unit: 'money', amount: -45000 }], body: { lines: [['P001', '<i>烤鸭</i>', 1000, 45000, 45000, 45000]] },
}
const NO_ROWS = { members: [], lots: [], holders: [], logs: [], conflict: null, counts: [], price: null }
const { delta: _delta, waiting: _waiting, ...SHARED } = LINE
const DETAIL = {
  discrepancy: { ...SHARED, incarnation: ENTRY.incarnation, seq: 7, detail: '', note: '', text: '', worth: 5000 },
  evidence: ENTRY, others: [{ ...ENTRY, hash: '99'.repeat(32), kept: false, signer: '' }],
  rows: { ...NO_ROWS, counts: [{ tender: 'cash', expected: 100000, counted: 95000 }] },
  comments: [{ n: 1, by: 'li.na', at: 1_796_000_000_000, text: '问过店长' }], resolutions: [], kinds: ['accept', 'adjust', 'charge'], limit: 50000, act: 9,
}
const PEOPLE = [{ name: 'wangfang', display: '王芳' }]
let detail: object = DETAIL
let router: Router

beforeEach(async () => {
  detail = DETAIL
  me.value = { ...USER, duties: ['see', 'branch', 'settle', 'approve'] }
  document.body.innerHTML = ''
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)', component: { template: '' }, meta: { title: 'discrepancies.title' } }] })
  await router.push('/reconciliation/discrepancies')
})
enableAutoUnmount(afterEach)
afterEach(() => vi.unstubAllGlobals())

const answers = ({ path, method }: Asked) => {
  if (path.startsWith('/office/v1/branches')) return { branches: [{ branch: 'b001', name: '南京路店' }], next: '' }
  if (path.includes('discrepancy-counts')) return { codes: [{ code: 'cash_differs', open: 2 }], people: PEOPLE, waiting: 1 }
  if (path.endsWith('/resolve')) return { resolution: '1'.repeat(32), state: 'done' }
  if (path.endsWith('/assign')) return { assigned: 1 }
  if (path.endsWith(ID)) return detail
  return method === 'GET' ? { rows: [LINE], next: '' } : {}
}
async function show(page: object, props: object = {}) {
  const made = mount(page, { props, global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
  return made
}
const text = () => document.body.textContent ?? ''
const button = (word: string) => [...document.querySelectorAll<HTMLElement>('button, .el-radio-button')].filter((one) => one.textContent?.trim() === word)

describe('figures', () => {
  it('are written by what they count', () => {
    expect(figure('money', 123456)).toBe('1,234.56')
    expect(figure('points', 12345)).toBe('12,345')
    expect(difference('money', -5000)).toBe('-50.00')
    expect(difference('time', 90 * 60_000)).toBe('+90 分钟')
    expect(difference('', 1)).toBe('+1')
  })
})

describe('the queue', () => {
  it('shows expected, found and delta in words and money', async () => {
    office(answers)
    const page = await show(QueuePage)
    for (const word of ['交班点钞有差额', '1,000.00', '950.00', '-50.00', '未分派']) expect(page.text()).toContain(word)
  })

  it('asks for what its address says and opens one beside it without losing its place', async () => {
    const asked = office(answers)
    await router.replace({ query: { code: 'forked', branch: 'b002', assignee: '-', sort: '-delta' } })
    const page = await show(QueuePage)
    const first = asked.find(({ path }) => path.startsWith('/office/v1/discrepancies?'))
    for (const part of ['state=open', 'code=forked', 'branch=b002', 'assignee=-', 'sort=-delta']) expect(first?.path).toContain(part)
    const before = asked.filter(({ path }) => path.startsWith('/office/v1/discrepancies?')).length
    await page.find('tbody tr').trigger('click')
    await flushPromises()
    expect(router.currentRoute.value.query).toMatchObject({ open: ID, code: 'forked' })
    expect(asked.filter(({ path }) => path.startsWith('/office/v1/discrepancies?')).length).toBe(before)
  })
})

describe('one discrepancy', () => {
  it('tells its evidence: counts, the signed entry, and a history that does not verify', async () => {
    office(answers)
    await show(DiscrepancyPanel, { id: ID, people: PEOPLE })
    for (const word of ['现金', '第 7 条', '<i>烤鸭</i>', '签名和哈希链已核对', '签名或哈希链核对不上', '另一份', '问过店长', '查看单据']) expect(text()).toContain(word)
    expect(document.querySelector('.entry i')).toBeNull()
  })

  it('is resolved with a reason, a charge with its amount and sides', async () => {
    const asked = office(answers)
    const panel = await show(DiscrepancyPanel, { id: ID, people: PEOPLE })
    button('处理')[0]?.click()
    await flushPromises()
    expect(text()).toContain('请写明原因')
    expect(asked.some(({ path }) => path.endsWith('/resolve'))).toBe(false)
    const charge = button('由一方承担')[0]?.querySelector('input')
    charge?.click()
    const reason = document.querySelector('textarea') as HTMLTextAreaElement
    reason.value = '店长赔付'
    reason.dispatchEvent(new Event('input'))
    await flushPromises()
    document.querySelector<HTMLFormElement>('form.column')?.dispatchEvent(new Event('submit'))
    await flushPromises()
    const sent = asked.find(({ path }) => path.endsWith('/resolve'))
    expect(sent?.body).toEqual({ kind: 'charge', reason: '店长赔付', amount: 5000, debtor: 'b001', creditor: 'HQ' })
    expect(panel.emitted('changed')).toHaveLength(1)
  })

  it('says beforehand when a second person is needed', async () => {
    detail = { ...DETAIL, limit: 4999 }
    office(answers)
    await show(DiscrepancyPanel, { id: ID, people: PEOPLE })
    expect(text()).toContain('超过 49.99，需要第二个人批准')
    expect(button('提交复核')).toHaveLength(1)
  })

  it('is not approved by who proposed it', async () => {
    const proposal = { resolution: '2'.repeat(32), discrepancy: ID, kind: 'charge', amount: 5000, debtor: 'b001', creditor: 'HQ', reason: '店长赔付', proposed_by: 'wangfang', proposed_at: 1, decided_by: '', decided_at: 0, state: 'proposed' }
    detail = { ...DETAIL, resolutions: [proposal] }
    const asked = office(answers)
    const panel = await show(DiscrepancyPanel, { id: ID, people: PEOPLE })
    expect(text()).toContain('南京路店 欠 总部 50.00')
    expect((button('批准')[0] as HTMLButtonElement).disabled).toBe(true)
    panel.unmount()
    me.value = { ...USER, name: 'chen.jing', duties: ['see', 'branch', 'settle', 'approve'] }
    await show(DiscrepancyPanel, { id: ID, people: PEOPLE })
    button('批准').at(-1)?.click()
    await flushPromises()
    expect(asked.at(-2)?.path ?? '').toContain(`/resolutions/${proposal.resolution}/approve`)
  })

  it('can be read, not decided, by who may only see', async () => {
    me.value = { ...USER, duties: ['branch'] }
    office(answers)
    await show(DiscrepancyPanel, { id: ID, people: [] })
    expect(button('处理')).toEqual([])
    expect(text()).not.toContain('由我负责')
  })

  it('says when a price cannot be judged any more', async () => {
    detail = { ...DETAIL, discrepancy: { ...DETAIL.discrepancy, code: 'price_differs' }, rows: { ...NO_ROWS, price: { known: false, tier: '', problem: 'history_gone', lines: [] } } }
    office(answers)
    await show(DiscrepancyPanel, { id: ID, people: PEOPLE })
    expect(text()).toContain('无法判断')
  })

  it('makes one of two members of a card at once, when somebody may and has said why', async () => {
    me.value = { ...USER, duties: ['see', 'branch', 'settle', 'members'] }
    const [first, second] = ['a1'.repeat(16), 'b2'.repeat(16)]
    const member = { tier: '', day: '2026-11-01', frozen: false, alias_of: '', cards: 1, seen: 'b001' }
    detail = {
      ...DETAIL, kinds: ['accept'], evidence: null, others: [], discrepancy: { ...DETAIL.discrepancy, code: 'card_twice', unit: '', worth: 0 },
      rows: { ...NO_ROWS, members: [{ ...member, member: first, name: '张*' }, { ...member, member: second, name: '张*' }] },
    }
    const preview = { balances: {}, lots: 2, cards: 1, entitlements: 0, branches: [], fields: [], before: 0, tier: '', frozen: false, discrepancies: 2 }
    const asked = office((one) => (one.path.includes('/merge') ? (one.method === 'GET' ? preview : { done: true }) : answers(one)))
    const panel = await show(DiscrepancyPanel, { id: ID, people: [] })
    expect(asked.find(({ path }) => path.includes('/merge'))?.path).toContain(`/members/${second}/merge?into=${first}`)
    expect(text()).toContain('并入 2 个批次、1 张卡')
    const type = async (field: HTMLInputElement | null | undefined, value: string) => {
      if (field) field.value = value
      field?.dispatchEvent(new Event('input'))
      await flushPromises()
    }
    await type(document.querySelector<HTMLInputElement>('section .field input'), '同一个人')
    button('合并')[0]?.click()
    await flushPromises()
    await type(document.querySelector<HTMLInputElement>('.el-dialog input'), `张* ${first.slice(0, 6)}`)
    document.querySelector<HTMLButtonElement>('.el-dialog .el-button--danger')?.click()
    await flushPromises()
    expect(asked.find(({ method, path }) => method === 'POST' && path.endsWith('/merge'))).toMatchObject({ path: `/office/v1/members/${second}/merge`, body: { into: first, reason: '同一个人' } })
    expect(panel.emitted('changed')).toHaveLength(1)
  })

  it('shows logs with what their clocks said, and both values of a field', async () => {
    const log = { branch: 'b001', node: '1'.repeat(32), incarnation: 'f0'.repeat(16), state: 'closed', reason: 'lost', acked_seq: 41, applied_seq: 41, said_at: 1_796_000_000_000, said_arrived: 0 }
    const member = { member: 'a1'.repeat(16), name: '张*', tier: '', day: '2026-11-01', frozen: false, alias_of: '', cards: 0, seen: '' }
    detail = { ...DETAIL, rows: { ...NO_ROWS, logs: [log], members: [member], conflict: { field: 'phone', replaced: '13800010001', applied: '' } } }
    office(answers)
    await show(DiscrepancyPanel, { id: ID, people: [] })
    expect(text()).toContain('f0f0f0f0')
    expect(text()).toContain('41')
    expect(text()).toContain('原来是“13800010001”，现在是“–”')
  })
})
