import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import DryRun from '../../src/areas/marketing/DryRun.vue'
import GiveCoupons from '../../src/areas/marketing/GiveCoupons.vue'
import PlanPanel from '../../src/areas/marketing/PlanPanel.vue'
import TierMoves from '../../src/areas/marketing/TierMoves.vue'
import TopUpRulePanel from '../../src/areas/marketing/TopUpRulePanel.vue'
import { blank, bodyOf, figuresStand, formOf, KINDS, USED } from '../../src/areas/marketing/promotion'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { office, USER } from '../office'

const JOB = { job: 'f'.repeat(32), kind: 'x', state: 'done', done: 2, total: 2, begun_at: 1, code: '', file: '' }
let router: Router
let made: VueWrapper | null = null

beforeEach(async () => {
  me.value = { ...USER, duties: ['see', 'goods'] } as typeof me.value
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { template: '' } }, { path: '/members/:member', name: 'member', component: { template: '' } }, { path: '/batches/:batch', name: 'member-batch', component: { template: '' } }] })
  await router.push('/')
})
afterEach(() => {
  made?.unmount()
  made = null
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})
async function show(component: object, props: object): Promise<VueWrapper> {
  made = mount(component, { props, global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
  await flushPromises()
  return made
}
const field = (title: string) => [...document.querySelectorAll<HTMLElement>('label.field')].find((one) => one.textContent?.trim().startsWith(title))!
async function type(title: string, text: string): Promise<void> {
  const where = field(title).querySelector('input')!
  where.value = text
  where.dispatchEvent(new Event('input'))
  where.dispatchEvent(new Event('change'))
  await flushPromises()
}
async function submit(): Promise<void> {
  document.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
  await flushPromises()
}
async function begin(): Promise<void> {
  document.querySelector<HTMLButtonElement>('button.el-button--primary')!.click()
  await flushPromises()
  await flushPromises()
}
const missing = () => Response.json({ code: 'unknown_row', message: '', kept: '', next: '', evidence: {} }, { status: 404 })

describe('a promotion', () => {
  const full = () => ({
    ...blank('gift'),
    code: 'x',
    name: ' 活动 ',
    least_amount: 4000,
    least_pieces: 2,
    every: 3,
    of_each: 2,
    same_item: true,
    each: true,
    limit: 5,
    pieces: 4,
    most: 100,
    coupon: 'c10',
    gifts: ['1002'],
    prices: [{ item: '1', price: 1 }],
    steps: [{ spent: 100, saved: 10 }],
    parts: [{ target: { items: ['1'] }, milli_qty: 1000, by_weight: false }],
    target: { items: ['1'], categories: [], except_items: [] },
    off: { how: 'amount' as const, value: 5 },
  })
  const plain: Record<string, unknown> = { ...blank(), off: { how: 'per_mille', value: 0 } }
  it.each(KINDS)('of kind %s is sent with the fields it reads, and no other', (kind) => {
    const form = { ...full(), kind }
    const body = bodyOf(form) as unknown as Record<string, unknown>
    expect(body['name']).toBe('活动')
    for (const name of new Set(Object.values(USED).flat())) {
      const wanted = USED[kind].includes(name) ? form[name] : plain[name]
      expect([name, body[name]]).toEqual([name, wanted])
    }
  })
  it('is not sent while an amount of its kind is none', () => {
    expect(figuresStand({ ...full(), kind: 'spend_save', steps: [{ spent: 100, saved: null }] })).toBe(false)
    expect(figuresStand({ ...full(), kind: 'discount', steps: [{ spent: 100, saved: null }] })).toBe(true)
    expect(figuresStand({ ...full(), kind: 'coupon', most: null })).toBe(false)
  })
  it('comes back from the office as it was written', () => {
    const form = full()
    expect(bodyOf(formOf({ ...bodyOf(form), code: 'x' } as Parameters<typeof formOf>[0]))).toEqual(bodyOf(form))
  })
})

describe('a trial on past sales', () => {
  it('tells what it would have cost, by receipt and by day, and what was not looked at', async () => {
    const sale = { saved: 5000, sale: 'a'.repeat(32), number: 'S1', day: '2026-11-01', branch: 'b001', before: 12000, after: 7000, lines: [{ name: '<i>烤鸭</i>', milli_qty: 1000, before: 10000, after: 5000 }] }
    const result = { sales: 3, touched: 1, saved: 5000, less: 4500, before: 22000, left_out: 2, all: false, days: [{ day: '2026-11-01', sales: 3, touched: 1, less: 4500 }], sample: [sale] }
    const asked = office(() => ({ ...JOB, result }))
    await show(DryRun, { form: { ...blank('discount'), code: 'half', name: '半价', off: { how: 'per_mille', value: 500 } }, branch: '' })
    await begin()
    expect(asked[0]).toMatchObject({ path: '/office/v1/promotion-trials', body: { code: 'half', promotion: { kind: 'discount', off: { how: 'per_mille', value: 500 } } } })
    const text = document.body.textContent ?? ''
    for (const word of ['1 / 3', '50.00', '45.00', '最近的 3 笔', '2 笔没有参加']) expect(text).toContain(word)
    document.querySelector<HTMLElement>('tr.opens')!.click()
    await flushPromises()
    expect(document.body.textContent).toContain('<i>烤鸭</i> × 1')
    expect(document.querySelector('tbody i')).toBeNull()
  })
  it('is not begun with a figure that is none', async () => {
    const asked = office(() => JOB)
    await show(DryRun, { form: { ...blank('discount'), off: { how: 'amount', value: null } }, branch: '' })
    await begin()
    expect(asked).toEqual([])
  })
})

describe('a ladder of tiers', () => {
  it('says whom it would move, by the draft that nobody saved', async () => {
    const one = { member: 'c'.repeat(32), name: '王*', since: '2026-01-01', reason: 'threshold_met', spent: 60000, topped_up: 0 }
    const result = { looked_at: 12, stay: 6, moves: [{ before: 'basic', after: 'silver', change: 'up', members: 6, sample: [one] }], now: {}, then: {} }
    const asked = office(() => ({ ...JOB, result }))
    const draft = { code: 'silver', name: '银卡', rank: 1, from_spend: 50000 }
    await show(TierMoves, { draft: () => draft })
    await begin()
    expect(asked[0]?.body).toEqual({ tiers: [draft] })
    const text = document.body.textContent ?? ''
    for (const word of ['共 12 位会员，6 位会变动，6 位不变', 'basic → 银卡：6 位', '王*', '600.00', '达到门槛']) expect(text).toContain(word)
  })
})

describe('rules of money', () => {
  it('a card plan is sent with what its kind reads', async () => {
    const asked = office(({ method, path }) => (path.includes('/tiers') ? { rows: [], next: '' } : method === 'PUT' ? { code: 'cut10' } : missing()))
    await show(PlanPanel, { code: '' })
    await type('编号', 'cut10')
    await type('名称', '洗剪吹 10 次卡')
    await type('售价', '380')
    await submit()
    expect(asked.find(({ method }) => method === 'PUT')).toMatchObject({ path: '/office/v1/plans/cut10', body: { kind: 'count', price: 38000, uses: 10, each: 1 } })
    const body = asked.find(({ method }) => method === 'PUT')?.body as object
    expect(Object.keys(body)).not.toContain('bonus_ratio')
    expect(Object.keys(body)).not.toContain('tier')
  })
  it('a top-up rule that ends before it begins is not sent', async () => {
    const asked = office(() => missing())
    await show(TopUpRulePanel, { code: '' })
    for (const [title, text] of [['编号', 'c1'], ['名称', '充送'], ['最低充值', '100'], ['最高充值', '50']] as const) await type(title, text)
    await submit()
    expect(field('最高充值').textContent).toContain('不能小于最低充值')
    expect(asked).toEqual([])
  })
})

describe('coupons given out', () => {
  it('go to each member once: who has got theirs is left out when one is refused', async () => {
    const found = ['a', 'b', 'c'].map((letter) => ({ member: letter.repeat(32), name: `王${letter}`, phone: '138****0001' }))
    const asked = office(({ method, path }) => {
      if (path.endsWith('/member-tags')) return { tags: [] }
      if (method === 'GET') return { rows: found, next: '' }
      if (path.includes('b'.repeat(32))) return Response.json({ code: 'unknown_row', message: '', kept: '', next: '', evidence: {} }, { status: 404 })
      return { lot: 'd'.repeat(32), held: 1 }
    })
    const panel = await show(GiveCoupons, { template: 'welcome' })
    await type('原因', '开业')
    await submit()
    expect(document.body.textContent).toContain('请先选择会员')
    panel.findComponent({ name: 'ElSelect' }).vm.$emit('update:modelValue', found.map(({ member }) => member))
    await submit()
    await flushPromises()
    const posts = asked.filter(({ method }) => method === 'POST')
    expect(posts.map(({ path }) => path.split('/')[4]?.[0])).toEqual(['a', 'b'])
    expect(posts[0]?.body).toEqual({ template: 'welcome', count: 1, reason: '开业', last_day: '' })
    expect(panel.findComponent({ name: 'ElSelect' }).props('modelValue')).toEqual(['b'.repeat(32), 'c'.repeat(32)])
    expect(document.body.textContent).toContain('已发给 1 位，还有 2 位没有发')
  })
  it('go to all of a tag as a batch that is looked at first', async () => {
    const batch = 'b'.repeat(32)
    const asked = office(({ method }) => (method === 'GET' ? { tags: [{ tag: '企业客户', note: '', members: 3, made_by: 'x', made_at: 1 }] } : { batch }))
    const panel = await show(GiveCoupons, { template: 'welcome' })
    panel.findComponent({ name: 'ElRadioGroup' }).vm.$emit('update:modelValue', 'tag')
    await flushPromises()
    await type('原因', '开业')
    await submit()
    expect(asked.some(({ method }) => method === 'POST')).toBe(false)
    panel.findComponent({ name: 'ElSelect' }).vm.$emit('update:modelValue', '企业客户')
    await submit()
    const body = { name: '开业', template: 'welcome', count: 1, last_day: '', filters: { tag: '企业客户' } }
    expect(asked.filter(({ method }) => method === 'POST').map((one) => [one.path, one.body])).toEqual([['/office/v1/batches/coupons', body]])
    expect(router.currentRoute.value.name).toBe('member-batch')
  })
})
