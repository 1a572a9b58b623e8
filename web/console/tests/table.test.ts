import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import DataTable from '../src/components/DataTable.vue'
import { i18n } from '../src/i18n'
import { me } from '../src/session'
import type { Column } from '../src/table'
import { type Asked, office, Refusal, USER } from './office'

const COLUMNS: Column[] = [
  { name: 'day', title: 'app.days.from', kind: 'day', sort: true },
  { name: 'amount', title: 'app.table.sum', kind: 'money', sort: true },
  { name: 'note', title: 'app.name', hidden: true },
]
const row = (n: number) => ({ id: `r${n}`, day: '2026-05-01', amount: n * 100, note: '<img src=x onerror=alert(1)>' })
let router: Router

beforeEach(async () => {
  localStorage.clear()
  me.value = USER
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { template: '' } }] })
  await router.push('/')
})
afterEach(() => vi.unstubAllGlobals())

const pages = ({ path }: Asked) => {
  const after = new URL(path, 'http://x').searchParams.get('after') ?? ''
  const at = Number(after || 0)
  return { rows: [row(at), row(at + 1)], next: at < 4 ? String(at + 2) : '', sums: { amount: 5000 } }
}
async function table(props: object = {}) {
  const made = mount(DataTable, { props: { list: 'listSales', path: '/office/v1/sales', columns: COLUMNS, ...props }, global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
  return made
}
const button = (made: Awaited<ReturnType<typeof table>>, text: string) => made.findAll('button').find((one) => one.text().startsWith(text))!

describe('the table', () => {
  it('asks for one page, shows its figures and sums, greys zeros and hides what was not chosen', async () => {
    const asked = office(pages)
    const made = await table({ filters: { branch: 'b001', q: '' } })
    expect(asked[0]?.path).toBe('/office/v1/sales?branch=b001&limit=50')
    expect(made.findAll('tbody tr').map((line) => line.text())).toEqual(['2026-05-010.00', '2026-05-011.00'])
    expect(made.find('tbody .faint').text()).toBe('0.00')
    expect(made.find('tfoot').text()).toContain('50.00')
    expect(made.text()).not.toContain('onerror')
  })

  it('pages forth by the cursor and back by its own trail', async () => {
    const asked = office(pages)
    const made = await table()
    for (const _ of [1, 2]) {
      await button(made, '下一页').trigger('click')
      await flushPromises()
    }
    expect(made.text()).toContain('第 3 页')
    await button(made, '上一页').trigger('click')
    await flushPromises()
    expect(asked.map(({ path }) => new URL(path, 'http://x').searchParams.get('after'))).toEqual([null, '2', '4', '2'])
    expect(made.text()).toContain('第 2 页')
  })

  it('sorts by a title, keeps that in the address and begins anew', async () => {
    const asked = office(pages)
    const made = await table()
    await button(made, '下一页').trigger('click')
    await flushPromises()
    await made.find('th .sort').trigger('click')
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ sort: '-day' })
    expect(asked.at(-1)?.path).toBe('/office/v1/sales?sort=-day&limit=50')
    expect(made.find('th').attributes('aria-sort')).toBe('descending')
    expect(made.text()).toContain('第 1 页')
  })

  it('tells a refusal in its own words and asks again when told to', async () => {
    let well = false
    office((asked) => (well ? pages(asked) : new Refusal(403, 'forbidden')))
    const made = await table()
    expect(made.find('[role=alert]').text()).toContain('forbidden')
    well = true
    await button(made, '重试').trigger('click')
    await flushPromises()
    expect(made.findAll('tbody tr')).toHaveLength(2)
  })

  it('says what to do first when nothing is there, and another thing when filters leave nothing', async () => {
    office(() => ({ rows: [], next: '' }))
    const made = await table({ emptyTitle: '还没有销售' })
    expect(made.text()).toContain('还没有销售')
    await made.setProps({ filters: { branch: 'b009' } })
    await flushPromises()
    expect(made.text()).toContain('没有符合条件的记录')
  })

  it('shows a name that holds a tag as that name', async () => {
    office(pages)
    localStorage.setItem('stayopen.columns.wangfang.listSales', '["note"]')
    const made = await table()
    expect(made.find('tbody td').text()).toBe('<img src=x onerror=alert(1)>')
    expect(made.find('tbody img').exists()).toBe(false)
  })

  it('drops the answer to a question that another has overtaken', async () => {
    const waiting: ((page: unknown) => void)[] = []
    office(() => new Promise((answer) => waiting.push(answer)))
    const made = await table({ filters: { q: 'a' } })
    await made.setProps({ filters: { q: 'ab' } })
    await vi.waitFor(() => expect(waiting).toHaveLength(2))
    waiting[1]?.({ rows: [row(7)], next: '' })
    await flushPromises()
    waiting[0]?.({ rows: [row(1)], next: '' })
    await flushPromises()
    expect(made.findAll('tbody tr').map((line) => line.text())).toEqual(['2026-05-017.00'])
  })

  it('exports what is shown: the list, its filters and order, the shown columns with their titles', async () => {
    const saved = vi.fn(() => 'blob:x')
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: saved, revokeObjectURL: () => undefined }))
    const job = { job: 'ab'.repeat(16), kind: 'export', begun_at: 1, done: 2, total: 2, file: 'sales.xlsx' }
    const asked = office((one) => {
      if (one.path.startsWith('/office/v1/sales')) return pages(one)
      if (one.path.endsWith('/file')) return new Response('x', { headers: { 'Content-Disposition': 'attachment; filename="sales.xlsx"' } })
      return { ...job, state: one.method === 'POST' ? 'waiting' : 'done' }
    })
    const made = await table({ filters: { branch: 'b001' }, title: '销售' })
    made.findComponent({ name: 'ElDropdown' }).vm.$emit('command', 'xlsx')
    await vi.waitFor(() => expect(saved).toHaveBeenCalled(), { timeout: 3000 })
    const body = asked.find(({ path }) => path.endsWith('/exports'))?.body
    expect(body).toMatchObject({ listing: 'listSales', format: 'xlsx', title: '销售', query: { branch: 'b001' }, language: 'zh-CN' })
    expect((body as { columns: unknown }).columns).toEqual([
      { name: 'day', title: '开始日期' },
      { name: 'amount', title: '合计' },
    ])
  })
})
