import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import ActPanel from '../../src/areas/acts/ActPanel.vue'
import ActsPage from '../../src/areas/acts/ActsPage.vue'
import { LISTS } from '../../src/areas/acts/lists'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { type Asked, office, USER } from '../office'

const LINE = {
  n: 7, at: 1_796_000_000_000, day: '2026-11-29', branch: 'b001', branch_name: '南京路店', kind: 'sale', act: '', number: 'S1', till: '前台1', staff: '1001', staff_name: '李娜',
  member: 'aa'.repeat(16), member_name: '王*', amount: 3000, discount: 200, principal: -2500, bonus: -500, points: 12, about: '', reason: '', approved_by: '', id: 'bb'.repeat(16), ref: '', problem: '',
}
const EVIDENCE = {
  branch: 'b001', incarnation: 'cc'.repeat(16), node: 'dd'.repeat(16), state: 'open', signing_key: 'ee', seq: 3, hash: 'ff', entry: '97', arrival: 2, received_at: 1, kept: true, first: 1, last: 9,
  previous_head: '00', new_head: '11', signature: '22', header: '33', wrong: '',
}
const SALE = {
  act: LINE,
  lines: [{ line: 0, item: 'P001', name: '<b>北京烤鸭</b>', milli_qty: 1500, unit_price: 2000, list_amount: 3200, charged: 3000, rounding: 0, attendant: '1002', discounts: [['tier', -200]] }],
  tenders: [{ tender: 'stored_value', amount: 3000, given: 0, ref: '' }],
  uses: [{ lot: '12'.repeat(16), asset: 'principal', issuer: 'b002', amount: 2500, value: 2500 }],
  lots: [], counted: [], expected: [],
  moves: [{ lot: '12'.repeat(16), asset: 'principal', reason: 'spend', amount: 2500, counter: 2500 }],
  postings: [{ account: 'sales:b001', unit: 'money', amount: -2500 }],
  links: [{ ...LINE, n: 9, kind: 'refund', act: 'refund', amount: -1000 }],
  evidence: EVIDENCE,
}
const REFUND = { ...SALE, act: SALE.links[0], lines: [], tenders: [], uses: [], links: [], evidence: { ...EVIDENCE, wrong: 'bad_signature' } }
let router: Router

beforeEach(async () => {
  localStorage.clear()
  me.value = USER
  document.body.innerHTML = ''
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/acts', component: { template: '' }, meta: { title: 'acts.title' } }] })
  await router.push('/acts')
})
afterEach(() => vi.unstubAllGlobals())

const answers = ({ path }: Asked) => {
  if (path.startsWith('/office/v1/branches')) return { branches: [], next: '' }
  if (path.endsWith('/acts/7')) return SALE
  if (path.endsWith('/acts/9')) return REFUND
  return { rows: [LINE], next: '', sums: { amount: 3000 } }
}
async function show(page: object, props: object = {}) {
  const made = mount(page, { props, global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
  return made
}
const lists = (asked: Asked[]) => asked.filter(({ path }) => path.includes('/acts'))

describe('the lists of acts', () => {
  it('ask for the list of their tab and for a month of days, and keep all filters in the address', async () => {
    const asked = office(answers)
    const page = await show(ActsPage)
    expect(lists(asked)[0]?.path).toMatch(/^\/office\/v1\/acts\/consumption\?from_day=\d{4}-\d\d-\d\d&to_day=\d{4}-\d\d-\d\d&limit=50$/)
    expect(page.text()).toContain('30.00')
    await router.replace({ query: { tab: 'top_ups', branch: 'b001', least: '12.5' } })
    await flushPromises()
    expect(lists(asked).at(-1)?.path).toContain('/acts/top-ups?')
    expect(lists(asked).at(-1)?.path).toMatch(/branch=b001.*least=1250/)
  })

  it('look for a receipt in hand on all days', async () => {
    const asked = office(answers)
    await router.replace({ query: { number: ' S1 ' } })
    await show(ActsPage)
    expect(lists(asked)[0]?.path).toBe('/office/v1/acts/consumption?number=S1&limit=50')
  })

  it('open an act at the side, named in the address', async () => {
    office(answers)
    const page = await show(ActsPage)
    await page.find('tbody tr').trigger('click')
    await flushPromises()
    expect(router.currentRoute.value.query['open']).toBe('7')
    expect(document.body.textContent).toContain('<b>北京烤鸭</b>')
  })

  it('name only columns that a line of the office has', () => {
    const known = Object.keys(LINE)
    for (const { columns } of LISTS) {
      expect(columns.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([])
      expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length)
    }
  })
})

describe('one act', () => {
  it('tells its receipt, how a price came about, what paid, and that its entry verifies', async () => {
    office(answers)
    await show(ActPanel, { n: 7 })
    const text = document.body.textContent ?? ''
    for (const word of ['销售', '南京路店', '李娜 1001', '× 1.5', '会员折扣', '-2.00', '储值', 'b002 发', '签名、哈希和前后衔接都验证无误']) expect(text).toContain(word)
    expect(document.querySelector('.receipt b')).toBeNull()
  })

  it('leads on to what refers to it, and says when an entry does not verify', async () => {
    office(answers)
    const panel = await show(ActPanel, { n: 7 })
    const link = [...document.querySelectorAll<HTMLElement>('.links button')].find((one) => one.textContent?.includes('退货'))
    link?.click()
    await flushPromises()
    expect(panel.emitted('open')).toEqual([[9]])
    expect(document.querySelector('[role=alert]')?.textContent).toContain('签名不对')
  })
})
