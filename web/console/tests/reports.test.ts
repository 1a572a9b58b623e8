import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import type { Component } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import CohortPage from '../src/areas/reports/CohortPage.vue'
import GridPage from '../src/areas/reports/GridPage.vue'
import { DORMANT, MEMBERS } from '../src/areas/reports/members'
import { POINTS, SHIFTS, TENDERS } from '../src/areas/reports/money'
import { short } from '../src/areas/reports/plots'
import { allRows, columns, drawnBy, monthBack, saidOf, usual } from '../src/areas/reports/report'
import ReportPage from '../src/areas/reports/ReportPage.vue'
import routes from '../src/areas/reports/routes'
import { COMMISSION, GOODS, HOURS, MARGINS, SALES } from '../src/areas/reports/sales'
import { has, i18n } from '../src/i18n'
import { me } from '../src/session'
import { type Asked, office, Refusal, USER } from './office'

const REPORTS = [SALES, HOURS, GOODS, MARGINS, COMMISSION, TENDERS, SHIFTS, POINTS, MEMBERS, DORMANT]
const TODAY = new Date(2026, 10, 22)
let router: Router

// a canvas is not drawn here; what is drawn is an option, looked at by itself
vi.mock('../src/components/ChartBox.vue', () => ({ default: { props: ['question', 'option'], template: '<figure><h3>{{ question }}</h3><slot /></figure>' } }))

beforeEach(async () => {
  localStorage.clear()
  me.value = USER
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { template: '' } }, { path: '/acts', name: 'acts', component: { template: '' } }, ...routes] })
  await router.push('/')
})
afterEach(() => vi.unstubAllGlobals())
enableAutoUnmount(afterEach)

const query = ({ path }: Asked) => Object.fromEntries(new URL(path, 'http://x').searchParams)
async function show(page: object, props: object = {}) {
  const made = mount(page as Component, { props: props as Record<string, unknown>, global: { plugins: [i18n, router], stubs: { DayRange: true, BranchChoice: true, ElDatePicker: true } }, attachTo: document.body })
  await flushPromises()
  return made
}

describe('what a report asks', () => {
  it('asks for the last thirty days, the last year of months, or three months ago', () => {
    expect(usual(SALES, TODAY)).toEqual({ from_day: '2026-10-24', to_day: '2026-11-22', branch: '', group: 'day' })
    expect(usual({ ...SALES, span: 'months' }, TODAY)).toMatchObject({ from_month: '2025-12', to_month: '2026-11' })
    expect(usual(DORMANT, TODAY)).toEqual({ since: '2026-08-25', branch: '' })
    expect(monthBack(new Date(2026, 0, 31), 1)).toBe('2025-12')
  })

  it('draws many days by months', () => {
    expect(drawnBy({ group: 'day', from_day: '2026-10-01', to_day: '2026-11-22' })).toBe('day')
    expect(drawnBy({ group: 'day', from_day: '2026-01-01', to_day: '2026-11-22' })).toBe('month')
    expect(drawnBy({ group: 'branch', from_day: '2026-01-01', to_day: '2026-11-22' })).toBe('branch')
  })

  it('reads all pages for a chart, and no more than it can draw', async () => {
    const asked = office((one) => ({ rows: Array.from({ length: 200 }, (_, n) => ({ n })), next: query(one)['after'] === 'c' ? '' : 'c' }))
    expect(await allRows('/office/v1/reports/sales', { group: 'day', branch: '' })).toHaveLength(400)
    expect(asked.map(query)).toEqual([{ group: 'day', limit: '200' }, { group: 'day', limit: '200', after: 'c' }])
  })

  it('has words in the language shown for every column, filter, group and question', () => {
    const missing = REPORTS.flatMap((report) => [
      ...['title', 'hint'].map((part) => `reports.${report.name}.${part}`),
      ...(report.fields ?? []).flatMap(({ name, values = [] }) => [`reports.field.${name}`, ...values.map((value) => `reports.choice.${name}.${value}`)]),
      ...(report.groups ?? ['']).flatMap((group) => [
        ...report.columns(group).map(({ title }) => title),
        ...(group ? [`reports.group.${group}`] : []),
        group ? `reports.${report.name}.question.${group}` : `reports.${report.name}.question`,
      ]),
    ]).filter((key) => !has(key))
    expect(missing).toEqual([])
  })

  it('says money on an axis shortly', () => {
    expect(short(12_000_000)).toBe('12万')
    expect(short(1_500, true)).toBe('1500')
  })

  it('names columns once and tells which the office cannot sort by', () => {
    expect(columns('text: !name *part; money: sales', {}, 'branch')).toEqual([
      { name: 'name', title: 'reports.part.branch', kind: 'text' },
      { name: 'part', title: 'reports.part.branch', kind: 'text', sort: true, hidden: true },
      { name: 'sales', title: 'reports.column.sales', kind: 'money', sort: true },
    ])
  })
})

describe('charts', () => {
  it('keeps hours without a sale, in their order', () => {
    const option = HOURS.chart([{ hour: 9, sales: 100 }, { hour: 12, sales: 300 }], '') as { xAxis: { data: string[] }; series: { data: number[] }[] }
    expect(option.xAxis.data).toEqual(['9:00', '10:00', '11:00', '12:00'])
    expect(option.series[0]?.data).toEqual([100, 0, 0, 300])
  })

  it('adds up what drawers differed by day, and draws nothing where none did', () => {
    const rows = [{ day: '2026-11-02', delta: -300 }, { day: '2026-11-01', delta: 0 }, { day: '2026-11-02', delta: 100 }]
    const option = SHIFTS.chart(rows, '') as { xAxis: { data: string[] }; series: { data: number[] }[] }
    expect(option.xAxis.data).toEqual(['2026-11-01', '2026-11-02'])
    expect(option.series[0]?.data).toEqual([0, -200])
    expect(SHIFTS.chart([{ day: '2026-11-01', delta: 0 }], '')).toBeNull()
  })

  it('puts the best first and leaves out what has no margin', () => {
    const option = MARGINS.chart([{ part: 'a', name: '茶', margin: 5, cost: 1 }, { part: 'b', name: '', margin: 9, cost: 2 }, { part: 'c', name: '杯', margin: null, cost: null }], 'item') as { yAxis: { data: string[] } }
    expect(option.yAxis.data).toEqual(['b', '茶'])
    expect(MARGINS.chart([{ part: 'c', margin: null }], 'item')).toBeNull()
  })

  it('fills days on which a tender was not used', () => {
    const rows = [{ key: '2026-11-01 cash', part: '2026-11-01', tender: 'cash', sales: 5, name: '' }, { key: '2026-11-02 wechat', part: '2026-11-02', tender: 'wechat', sales: 7, name: '' }]
    const option = TENDERS.chart(rows, 'day') as { series: { name: string; data: number[] }[] }
    expect(option.series.map(({ name, data }) => [name, data])).toEqual([['现金', [5, 0]], ['微信', [0, 7]]])
  })
})

describe('what was asked, for paper and files', () => {
  it('names days, branch and every other filter in words', () => {
    expect(saidOf(SHIFTS, { from_day: '2026-11-01', to_day: '2026-11-30', branch: '', staff: '1001', state: 'closed', differing: 'true' })).toBe('2026-11-01 – 2026-11-30 · 全部门店 · 员工编号：1001 · 状态：已交班 · 只看有差异的')
    expect(saidOf(DORMANT, { since: '2026-08-01', branch: '' })).toBe('2026-08-01 之后没有消费 · 全部门店')
    expect(saidOf({ name: 'cohorts', span: 'months' }, { from_month: '2026-01', to_month: '2026-11', branch: '' })).toBe('2026-01 – 2026-11 · 全部门店')
  })
})

describe('commission', () => {
  it('is drawn by day in order, and by the products that gave most, of all attendants together', () => {
    const days = [{ part: '2026-11-03', commission: 5, staff: '1' }, { part: '2026-11-02', commission: 7, staff: '1' }, { part: '2026-11-03', commission: 2, staff: '2' }]
    expect(COMMISSION.chart(days, 'day')).toMatchObject({ xAxis: { data: ['2026-11-02', '2026-11-03'] }, series: [{ data: [7, 7] }] })
    const items = [{ part: 'tea', item_name: '茶', commission: 5 }, { part: 'cup', item_name: '', commission: 9 }]
    expect(COMMISSION.chart(items, 'item')).toMatchObject({ yAxis: { data: ['cup', '茶'] }, series: [{ data: [9, 5] }] })
  })
})

describe('the page of a report', () => {
  const rows = [{ part: '2026-11-02', name: '', sales_count: 3, sales: 30_000, average: 10_000, net: 28_000, top_ups: 0, discount: 0 }]

  it('shows question, table and sums, and a line leads to the acts of its day', async () => {
    const asked = office(() => ({ rows, next: '', sums: { sales: 30_000 } }))
    const page = await show(ReportPage, { report: SALES })
    expect(page.find('h3').text()).toBe('每天卖了多少？')
    expect(page.find('tbody').text()).toContain('300.00')
    expect(page.find('tfoot').text()).toContain('300.00')
    expect(asked.every(({ path }) => path === '/office/v1/freshness' || path.startsWith('/office/v1/reports/sales?'))).toBe(true)
    await page.find('tbody tr').trigger('click')
    await flushPromises()
    expect(router.currentRoute.value).toMatchObject({ name: 'acts', query: { from_day: '2026-11-02', to_day: '2026-11-02' } })
  })

  it('keeps its group in the address and asks anew', async () => {
    const asked = office(() => ({ rows: [], next: '' }))
    const page = await show(ReportPage, { report: SALES })
    await page.findAll('.el-segmented__item-input').at(-1)?.setValue(true)
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ group: 'branch' })
    expect(query(asked.at(-1)!)['group']).toBe('branch')
    expect(page.text()).toContain('没有符合条件的记录')
  })

  it('opens a shift at the side, by tender', async () => {
    const shift = { shift: 'ab', day: '2026-11-02', till: 'till-1', staff: '1001', staff_name: '王小明', branch: 'b001', branch_name: '南京路店', state: 'closed', delta: -500, expected: 1, counted: 1 }
    office(({ path }) => (path.includes('/tenders') ? { rows: [{ tender: 'cash', expected: 30_000, counted: 29_500, delta: -500 }], next: '' } : { rows: [shift], next: '' }))
    const page = await show(ReportPage, { report: SHIFTS })
    await page.find('tbody tr').trigger('click')
    await flushPromises()
    expect(document.body.textContent).toContain('现金')
    expect(document.body.textContent).toContain('-5.00')
    const link = [...document.body.querySelectorAll('a')].find((one) => one.textContent === '这个班次的销售和退货')
    expect(link?.getAttribute('href')).toBe('/acts?from_day=2026-11-02&to_day=2026-11-02&branch=b001&shift=ab')
  })

  it('tells a refusal and draws nothing', async () => {
    office(() => new Refusal(403, 'forbidden'))
    const page = await show(ReportPage, { report: MARGINS })
    expect(page.find('figure').exists()).toBe(false)
    expect(page.find('[role=alert]').text()).toContain('forbidden')
  })
})

describe('members', () => {
  it.each([MEMBERS, DORMANT])('are asked for by the ten who spent most, and a line leads to the person', async (report) => {
    const asked = office(() => ({ rows: [{ member: 'ab', name: '张*', tier: '金卡', spent: 900, visits: 2 }], next: '' }))
    const page = await show(ReportPage, { report })
    const best = asked.map(query).find(({ limit }) => limit === '10')
    expect(best).toMatchObject({ sort: '-spent' })
    expect(page.find('h3').text()).toBe(report === MEMBERS ? '谁消费得最多？' : '最值得请回来的是谁？')
    expect(report.leads?.['']?.({ member: 'ab' }, {})).toBe('/members/ab')
  })

  it('leads from a cell of the grid to its members', async () => {
    office(({ path }) => ({ rows: path.includes('tenths') ? [{ tenth: 1, members: 1, visits: 2, spent: 900, share: 900, up_to: 900 }, { tenth: 2, members: 1, visits: 1, spent: 100, share: 100, up_to: 1000 }] : [{ recency: '0', frequency: '1', members: 2, visits: 5, spent: 1_000 }], next: '' }))
    const page = await show(GridPage)
    expect(page.find('td a').text()).toContain('2 人')
    expect(page.find('td a').attributes('href')).toContain('recency=0&frequency=1')
    expect(page.text()).toContain('100.0%')
  })

  it('leaves months empty that have not begun', async () => {
    const now = monthBack(new Date(), 0)
    office(() => ({ rows: [{ cohort: monthBack(new Date(), 1), members: 4, m0: 4, m1: 1 }, { cohort: now, members: 2, m0: 1 }], next: '' }))
    const page = await show(CohortPage)
    const cells = page.findAll('.heat tbody tr').map((line) => line.findAll('.cell').map((cell) => cell.text()))
    expect(cells[0]?.slice(0, 3)).toEqual(['100.0%', '25.0%', ''])
    expect(cells[1]?.slice(0, 2)).toEqual(['50.0%', ''])
    // five of six came in their own month, one of four in the next; no later month has begun
    expect(page.findAll('figure tbody .figures').slice(0, 3).map((one) => one.text())).toEqual(['83.3', '25', '–'])
  })
})
