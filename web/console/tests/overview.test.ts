import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { leads, said } from '../src/areas/overview/concerns'
import FigureTile from '../src/areas/overview/FigureTile.vue'
import OverviewPage from '../src/areas/overview/OverviewPage.vue'
import { aligned, byBranch } from '../src/areas/overview/series'
import routes from '../src/areas/overview/routes'
import reports from '../src/areas/reports/routes'
import { i18n } from '../src/i18n'
import { me } from '../src/session'
import { type Asked, office, Refusal, USER } from './office'

vi.mock('../src/components/ChartBox.vue', () => ({ default: { props: ['question', 'option'], template: '<figure><h3>{{ question }}</h3><slot /></figure>' } }))

const page = { template: '' }
const figures = { sales: 45_001, sales_count: 5, average_sale: 9_000, refunds: 2_000, refund_count: 1, top_ups: 100_000, top_up_count: 1, top_up_bonus: 10_000, stored_value: 0, new_members: 2, active_members: 2 }
const point = (part: string, sales: number, name = '') => ({ part, sales, sales_count: 1, refunds: 0, top_ups: 0, name })
const OVERVIEW = {
  now: { ...figures, from_day: '2026-11-01', to_day: '2026-11-03' },
  then: { ...figures, sales: 30_000, from_day: '2026-10-29', to_day: '2026-10-31' },
  by_time: [point('2026-11-02', 45_001)],
  then_by_time: [point('2026-10-29', 30_000)],
  by_branch: [point('b001', 30_000, '南京路店'), point('b002', 15_001, '徐家汇店')],
  then_by_branch: [point('b002', 30_000, '徐家汇店')],
  branches: [
    { branch: 'b001', name: '南京路店', online: true, heard_at: 1, unsent: 0 },
    { branch: 'b002', name: '徐家汇店', online: false, heard_at: 0, unsent: 7 },
  ],
  concerns: [{ kind: 'discrepancy', code: 'phone_twice', count: 2, since: 1 }],
  at: 1_796_000_000_000,
}
const OWED = { principal: 80_000, bonus: 10_000, gift_cards: 0, points: 1_277 }
let router: Router

beforeEach(async () => {
  me.value = USER
  const paths = ['/reconciliation/discrepancies', '/reconciliation/liability', '/members/batches', '/branches', '/acts', '/reconciliation/approvals', '/reconciliation/clearing-rules'].map((path) => ({ path, name: path.slice(1), component: page }))
  const audited = { path: '/reconciliation/periods', name: 'periods', component: page, meta: { title: '', duty: 'settle' as const } }
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: page }, ...paths, audited, ...routes, ...reports, { path: '/:pathMatch(.*)*', name: 'missing', component: page }] })
  await router.push('/overview')
})
afterEach(() => vi.unstubAllGlobals())
enableAutoUnmount(afterEach)

const answer = (asked: Asked) => (asked.path.includes('/owed') ? OWED : OVERVIEW)
async function show() {
  const made = mount(OverviewPage, { global: { plugins: [i18n, router], stubs: { DayRange: true, BranchChoice: true, RouterLink: false } } })
  await flushPromises()
  return made
}

describe('two times side by side', () => {
  it('sets the n-th day against the n-th day, and days without sales are zeros', () => {
    expect(aligned(OVERVIEW as never)).toEqual([
      { part: '2026-11-01', label: '11-01', now: 0, then: 30_000 },
      { part: '2026-11-02', label: '11-02', now: 45_001, then: 0 },
      { part: '2026-11-03', label: '11-03', now: 0, then: 0 },
    ])
    expect(aligned({ ...OVERVIEW, by_time: [], then_by_time: [] } as never)).toEqual([])
  })

  it('tells long spans by months', () => {
    const long = { ...OVERVIEW, now: { ...OVERVIEW.now, from_day: '2026-09-15' }, then: { ...OVERVIEW.then, from_day: '2026-08-20', to_day: '2026-09-14' }, by_time: [point('2026-10', 5)], then_by_time: [] }
    expect(aligned(long as never).map(({ part, now, then }) => [part, now, then])).toEqual([['2026-09', 0, 0], ['2026-10', 5, 0], ['2026-11', 0, null]])
  })

  it('lists branches of either time, the best first', () => {
    expect(byBranch(OVERVIEW as never).map(({ label, now, then }) => [label, now, then])).toEqual([['南京路店', 30_000, 0], ['徐家汇店', 15_001, 30_000]])
  })
})

describe('a figure', () => {
  const tile = (now: number, then: number) => mount(FigureTile, { props: { label: 'x', now, then, to: '/' }, global: { plugins: [i18n, router] } }).find('.change').text()

  it('says the change in words and never divides by nothing', () => {
    expect([tile(150, 100), tile(50, 100), tile(100, 100), tile(5, 0), tile(5000, 1)]).toEqual(['▲ 50.0%', '▼ 50.0%', '持平', '上期没有', '▲ >999%'])
  })
})

describe('what needs attention', () => {
  it('leads to where it is looked after, if there is such a page and it is this person’s', () => {
    const to = (kind: string, code = '') => leads(router, { kind, code, count: 1, since: 0 } as never)
    expect(to('discrepancy', 'phone_twice')).toEqual({ path: '/reconciliation/discrepancies', query: { code: 'phone_twice' } })
    expect(to('proposal', 'batch')).toEqual({ path: '/members/batches' })
    expect(to('proposal', 'adjustment')).toBeNull()
    expect(to('proposal', 'clearing')).toEqual({ path: '/reconciliation/clearing-rules' })
    expect([to('proposal', 'release'), to('claim', 'waits')]).toEqual([{ path: '/reconciliation/approvals' }, { path: '/reconciliation/approvals' }])
    expect(leads(router, { kind: 'device', code: 'scanner', count: 1, since: 0, branch: 'b001', name: '' })).toEqual({ path: '/branches', query: { open: 'b001' } })
    expect(leads(router, { kind: 'blocks', code: '', count: 9, since: 0, branch: '', name: '' })).toEqual({ path: '/branches', query: { wrong: 'true' } })
    expect(to('period')).toBeNull()
    me.value = { ...USER, duties: [...USER.duties, 'settle'] }
    expect(to('period')).toEqual({ path: '/reconciliation/periods' })
  })

  it('has words for every kind', () => {
    const words = [['discrepancy', 'phone_twice'], ['claim', 'waits'], ['silent', '4'], ['period', '2026-10-01'], ['quarantine', ''], ...['release', 'adjustment', 'batch', 'resolution', 'clearing'].map((code) => ['proposal', code])]
    expect(words.map(([kind, code]) => said({ kind, code, count: 1, since: 0 } as never)).filter((text) => !text || /[_]/.test(text))).toEqual([])
  })

  it('names one branch, and tells many as one', () => {
    const one = (kind: string, code = '') => said({ kind, code, count: 1, since: 0, branch: 'b001', name: '南京路店' } as never)
    const many = (kind: string, code = '') => said({ kind, code, count: 9, since: 0, branch: '', name: '' } as never)
    expect([one('device', 'pos_printer'), one('unsent'), one('blocks')]).toEqual(['南京路店：小票打印机不能用', '南京路店：流水传不上来', '南京路店：黑名单过旧，挂失的卡还可能被用'])
    expect([many('device', 'scanner'), many('unsent'), many('blocks')]).toEqual(['扫码枪不能用的门店', '流水传不上来的门店', '黑名单过旧的门店'])
  })
})

describe('the first page', () => {
  it('shows figures, what is owed, branches and what to look at', async () => {
    const asked = office(answer)
    const made = await show()
    expect(asked.map(({ path }) => path.split('?')[0]).sort()).toEqual(['/office/v1/freshness', '/office/v1/overview', '/office/v1/overview/owed'])
    const text = made.text()
    for (const part of ['450.01', '▲ 50.0%', '430.01', '1,277', '800.00', '在线 1 · 离线 1', '7 条未上传', '从没联系过']) expect(text).toContain(part)
    const links = made.findAll('figure tbody a').map((one) => one.attributes('href'))
    expect(links[0]).toBe('/acts?from_day=2026-11-01&to_day=2026-11-01&tab=consumption')
    expect(links.at(-1)).toMatch(/^\/reports\/sales\?.*branch=b002$/)
    expect(made.findAll('figure h3').map((one) => one.text())).toEqual(['卖得怎么样，和对比期比？', '哪家门店卖得多？'])
  })

  it('compares with last year when told to, and keeps that in the address', async () => {
    const asked = office(answer)
    const made = await show()
    await made.findAll('.el-segmented__item-input').at(-1)?.setValue(true)
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ compare: 'year' })
    expect(asked.at(-1)?.path).toContain('compare=year')
  })

  it('says what to do first where nothing is there, and tells a refusal', async () => {
    office(({ path }) => (path.includes('/owed') ? OWED : { ...OVERVIEW, by_time: [], then_by_time: [], by_branch: [], then_by_branch: [], branches: [], concerns: [] }))
    const made = await show()
    expect(made.text()).toContain('这段时间没有销售')
    expect(made.text()).toContain('没有要处理的事')
    expect(made.text()).toContain('还没有门店装好主机')
    office(() => new Refusal(403, 'forbidden'))
    expect((await show()).find('[role=alert]').text()).toContain('forbidden')
  })
})
