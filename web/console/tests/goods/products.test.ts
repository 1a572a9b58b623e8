import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import BulkPanel from '../../src/areas/goods/BulkPanel.vue'
import ImportPage from '../../src/areas/goods/ImportPage.vue'
import MoneyField from '../../src/areas/goods/MoneyField.vue'
import PercentField from '../../src/areas/goods/PercentField.vue'
import ProductPanel from '../../src/areas/goods/ProductPanel.vue'
import RowHistory from '../../src/areas/goods/RowHistory.vue'
import { base64 } from '../../src/areas/goods/picture'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { type Asked, office, USER } from '../office'

const TEA = { item: '1001', name: '珍珠奶茶', category: '饮品', unit: '杯', price: 1500, kind: 'product', barcodes: [], levels: [], discountable: true, earns_points: true, weighed: false, pinyin: 'zznc', active: true, picture: '' }
const JOB = { job: 'f'.repeat(32), kind: 'x', state: 'done', done: 2, total: 2, begun_at: 1, code: '', file: '', result: { changed: 2 } }
let router: Router
let made: VueWrapper | null = null

beforeEach(async () => {
  localStorage.clear()
  me.value = { ...USER, duties: ['see', 'goods'] } as typeof me.value
  const page = { template: '' }
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: page, meta: { title: 'goods.import.title' } }, { path: '/products', name: 'products', component: page }] })
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
const input = (title: string) => field(title).querySelector('input')!
async function type(where: HTMLInputElement, text: string): Promise<void> {
  where.value = text
  where.dispatchEvent(new Event('input'))
  await flushPromises()
}
async function press(text: string): Promise<void> {
  const button = [...document.querySelectorAll('button')].find((one) => one.textContent?.trim().startsWith(text))!
  button.click()
  await flushPromises()
  await flushPromises()
}
async function submit(): Promise<void> {
  document.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
  await flushPromises()
}
const refusal = (status: number, code: string, evidence: object) => Response.json({ code, message: '原话', kept: '', next: '', evidence }, { status })

describe('an amount typed by a person', () => {
  it.each([
    ['12.8', 1280],
    ['１２。５', 1250],
    ['¥1,234.50', 123450],
    ['12.345', null],
    ['十二', null],
    ['', null],
  ])('%s is %s in minor units, and stays as it was typed', async (text, minor) => {
    const field = await show(MoneyField, { modelValue: 100 })
    await type(field.find('input').element, text)
    expect(field.emitted('update:modelValue')?.at(-1)).toEqual([minor])
    expect(field.find('input').element.value).toBe(text)
  })
  it('is nothing when a field may be empty, and a share is told in percent', async () => {
    const empty = await show(MoneyField, { modelValue: 0, blank: true })
    expect(empty.find('input').element.value).toBe('')
    empty.unmount()
    const share = await show(PercentField, { modelValue: 35 })
    expect(share.find('input').element.value).toBe('3.5')
    await type(share.find('input').element, '100.1')
    expect(share.emitted('update:modelValue')?.at(-1)).toEqual([null])
    await type(share.find('input').element, '12.5%')
    expect(share.emitted('update:modelValue')?.at(-1)).toEqual([125])
  })
})

describe('the form of a product', () => {
  it('says at the field what is missing, and asks the office for nothing then', async () => {
    const asked = office(() => ({}))
    await show(ProductPanel, { item: '' })
    await submit()
    expect(field('名称').textContent).toContain('这一项要填写')
    expect(field('售价').textContent).toContain('请输入金额')
    expect(asked.filter(({ method }) => method === 'PUT')).toEqual([])
  })
  it('writes minor units under its number, once nobody else has it', async () => {
    const asked = office(({ method }) => (method === 'PUT' ? TEA : refusal(404, 'unknown_row', {})))
    await show(ProductPanel, { item: '' })
    await type(input('商品编号'), '1001')
    await type(input('名称'), '珍珠奶茶')
    await type(input('售价'), '15')
    await submit()
    const put = asked.find(({ method }) => method === 'PUT')
    expect(put?.path).toBe('/office/v1/products/1001')
    expect(put?.body).toMatchObject({ name: '珍珠奶茶', price: 1500, active: true })
    expect(made?.emitted('saved')).toEqual([['1001']])
  })
  it('never takes the place of a product that is there', async () => {
    const asked = office(() => TEA)
    await show(ProductPanel, { item: '' })
    for (const [title, text] of [['商品编号', '1001'], ['名称', '新品'], ['售价', '1']] as const) await type(input(title), text)
    await submit()
    expect(field('商品编号').textContent).toContain('已经有了')
    expect(asked.filter(({ method }) => method === 'PUT')).toEqual([])
  })
  it('says a refusal at the field that it names, in words, and keeps what was typed', async () => {
    office(({ method }) => (method === 'PUT' ? refusal(422, 'rule', { rule: 'bad_text', field: 'name' }) : TEA))
    await show(ProductPanel, { item: '1001' })
    await type(input('名称'), '太长的名称')
    await submit()
    expect(field('名称').textContent).toContain('不能打印的字符')
    expect(input('名称').value).toBe('太长的名称')
    expect(made?.emitted('saved')).toBeUndefined()
  })
})

describe('a change of many products', () => {
  const FILTERS = { q: '', category: '饮品', brand: '', kind: '', active: 'yes' }
  it.each([
    ['+5', 1050],
    ['-10', 900],
    ['12.5%', 1125],
  ])('%s becomes thousandths, looked at before it is done', async (typed, share) => {
    const line = { before: TEA, after: { ...TEA, price: 1600 }, brand_before: '', brand_after: '' }
    const asked = office(({ path }) => (path.endsWith('preview') ? { chosen: 2, changed: 2, sample: [line] } : JOB))
    await show(BulkPanel, { filters: FILTERS })
    await type(document.querySelector<HTMLInputElement>('input[placeholder="+5"]')!, typed)
    await submit()
    expect(asked.at(-1)?.body).toEqual({ choice: { q: '', category: '饮品', active: true }, edit: { price_per_mille: share, price_unit: 10 } })
    expect(document.body.textContent).toContain('选中 2 个商品，其中 2 个会改变')
    await press('修改 2 个商品')
    expect(asked.at(-1)).toMatchObject({ method: 'POST', path: '/office/v1/product-changes' })
    expect(made?.emitted('changed')).toHaveLength(1)
  })
  it('is not asked for while the figure is none', async () => {
    const asked = office(() => ({}))
    await show(BulkPanel, { filters: FILTERS })
    await type(document.querySelector<HTMLInputElement>('input[placeholder="+5"]')!, '-100')
    await submit()
    expect(asked).toEqual([])
    expect(document.body.textContent).toContain('请输入百分数')
  })
})

describe('a file of products', () => {
  const FILE = { id: 'a'.repeat(32), name: '价目表.csv', size: 1, state: 'read', received: 1, plan: { sheets: [], sheet: '', heading: 0, headings: ['货号', '供应商'], columns: ['item', ''] }, counts: { error: 1, new: 2 } }
  const wrong = { n: 3, state: 'error', item: '9', name: '<b>茶</b>', wrong: [{ field: 'price', code: 'bad_money', value: '十八' }], told: [], note: 'x' }
  const answers = ({ method, path }: Asked) => {
    if (path.includes('/rows')) return { rows: [wrong], next: '' }
    if (path.endsWith('/read') || path.endsWith('/apply')) return JOB
    return method === 'POST' ? { ...FILE, plan: null, state: 'uploading' } : FILE
  }
  it('is sent in parts, read, and shown row by row with its mistakes in words', async () => {
    const asked = office(answers)
    await show(ImportPage, {})
    const bytes = new Uint8Array(200_000).map((_, n) => n % 251)
    const chosen = document.querySelector<HTMLInputElement>('input[type=file]')!
    Object.defineProperty(chosen, 'files', { value: [new File([bytes], '价目表.csv')] })
    chosen.dispatchEvent(new Event('change'))
    await vi.waitFor(() => expect(document.body.textContent).toContain('十八'))
    const parts = asked.filter(({ path }) => path.includes('/parts/'))
    expect(parts.map(({ path }) => path.split('/').at(-1))).toEqual(['0', '1'])
    const sent = parts.map(({ body }) => atob((body as { data: string }).data)).join('')
    expect(sent).toBe(atob(base64(bytes)))
    expect(document.body.textContent).toContain('售价：请输入金额')
    expect(document.querySelector('tbody b')).toBeNull()
    await press('导入 2 行')
    expect(asked.some(({ method, path }) => method === 'POST' && path.endsWith('/apply'))).toBe(true)
  })
})

describe('the history of a row', () => {
  it('tells each field before and after, and undoes only when that is meant', async () => {
    const change = { n: 7, at: 1, by: 'zhao.min', made: false, dropped: false, fields: [{ field: 'price', before: 1500, after: 1600 }] }
    const asked = office(({ method }) => (method === 'GET' ? { changes: [change] } : { done: true }))
    await show(RowHistory, { kind: 'product', code: '1001' })
    expect(document.body.textContent).toContain('15.00 → 16.00')
    await press('恢复到此前')
    expect(asked.filter(({ method }) => method === 'POST')).toEqual([])
    const sure = [...document.querySelectorAll<HTMLButtonElement>('.sure button')].at(-1)!
    sure.click()
    await flushPromises()
    expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ kind: 'product', code: '1001', branch: '', n: 7 })
  })
})
