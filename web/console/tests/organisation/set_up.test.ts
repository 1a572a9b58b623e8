import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import type { Component } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import ChangesPage from '../../src/areas/organisation/ChangesPage.vue'
import GroupsPage from '../../src/areas/organisation/GroupsPage.vue'
import { blackAndWhite } from '../../src/areas/organisation/logo'
import examples from '../../src/areas/organisation/papers.gen.json'
import PapersPage from '../../src/areas/organisation/PapersPage.vue'
import { leftOut, partsOf, without } from '../../src/areas/organisation/parts'
import RolesPage from '../../src/areas/organisation/RolesPage.vue'
import StaffPage from '../../src/areas/organisation/StaffPage.vue'
import { read, wrongIn, written } from '../../src/areas/organisation/tenders'
import TendersPage from '../../src/areas/organisation/TendersPage.vue'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { type Asked, office, USER } from '../office'

const SALE = examples.templates['zh-CN'].sale
let router: Router

enableAutoUnmount(afterEach)

beforeEach(() => {
  localStorage.clear()
  me.value = { ...USER, duties: ['see', 'branch', 'people', 'settings'] }
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { template: '' }, meta: { title: 'app.name' } }] })
})
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

async function page(component: Component, address: string, answers: (asked: Asked) => unknown) {
  const all = office((asked) => (asked.path.startsWith('/office/v1/branches?') ? { branches: [{ branch: 'b001', name: '南京路店' }, { branch: 'b002', name: '徐家汇店' }], next: '' } : answers(asked)))
  await router.push(address)
  const made = mount(component, { global: { plugins: [i18n, router], stubs: { ElSelect: true } }, attachTo: document.body })
  await flushPromises()
  return { made, all, sent: () => all.filter(({ method }) => method !== 'GET') }
}
const button = (text: string) => [...document.querySelectorAll<HTMLButtonElement>('button')].find((found) => found.textContent.trim() === text)!
async function type(input: Element | undefined | null, text: string): Promise<void> {
  if (!(input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement)) throw new Error('no such field')
  input.value = text
  input.dispatchEvent(new Event('input'))
  await flushPromises()
}
const parameter = (name: string, value: unknown, own = '') => ({
  name,
  group: 'x',
  page: '',
  form: { kind: 'text', low: 0, high: 12_000, unit: '', pattern: '', options: [], fields: [], of: null, lines: true, or_null: false, unique: false },
  default: JSON.stringify(value),
  chain: '',
  own,
  waiting: [],
})

describe('parts of a paper', () => {
  it('are left out and come back without a template of one’s own', () => {
    expect(partsOf(SALE)).toContain('balance')
    const less = without(SALE, ['barcode', 'code', 'member'])
    expect(less).not.toContain('@qr')
    expect(less).not.toContain('{{phone}}')
    expect(leftOut(SALE, less)).toEqual(['member', 'barcode', 'code'])
    expect(leftOut(SALE, '')).toEqual([])
    expect(leftOut(SALE, `${less}\n^ 再来`)).toBeNull()
  })
  it('are told apart in every built-in template', () => {
    for (const of of Object.values(examples.templates))
      for (const text of Object.values(of)) expect(leftOut(text, without(text, partsOf(text)))).toEqual(partsOf(text))
  })
})

describe('a logo', () => {
  it('has ink and paper, nothing between, and no glass', () => {
    const pixels = new Uint8ClampedArray([10, 20, 30, 0, 200, 210, 220, 128])
    blackAndWhite(pixels)
    expect([...pixels]).toEqual([0, 0, 0, 255, 255, 255, 255, 255])
  })
})

describe('payment methods', () => {
  const kept = { external_tenders: ['wechat', 'card'], tender_names: { wechat: '微信', unionpay: '云闪付' }, payment_providers: { wechat: 'simulated' }, payment_codes: {}, tender_references: { card: 4 }, drawer_tenders: ['card'] }

  it('are one table of parameters, there and back', () => {
    const rows = read(kept)
    expect(rows.map((row) => [row.code, row.active])).toEqual([['wechat', true], ['card', true], ['unionpay', false]])
    expect(Object.fromEntries(Object.entries(written(rows)).map(([name, text]) => [name, JSON.parse(text)]))).toEqual(kept)
  })
  it('keep a name for old receipts when they are offered no more', () => {
    const rows = read(kept).map((row) => ({ ...row, active: false }))
    expect(JSON.parse(written(rows).tender_names)).toEqual({ wechat: '微信', card: 'card', unionpay: '云闪付' })
    expect(written(rows).payment_providers).toBe('{}')
  })
  it('take no reference of their own where a provider has one, and none of either when they are offered no more', () => {
    const card = read(kept)[1]!
    expect(JSON.parse(written([{ ...card, provider: 'simulated' }]).tender_references)).toEqual({})
    const gone = written([{ ...card, active: false }])
    expect([gone.tender_references, gone.drawer_tenders]).toEqual(['{}', '[]'])
  })
  it('say what is wrong before the office does', () => {
    const row = { code: 'a', name: '', active: true, provider: '', pay: '', reference: 0, drawer: false }
    expect(wrongIn([row])).toBe('')
    expect(wrongIn([{ ...row, code: 'a b' }])).toBe('code')
    expect(wrongIn([{ ...row, code: 'cash' }])).toBe('own')
    expect(wrongIn([row, row])).toBe('twice')
    expect(wrongIn(['a', 'b', 'c'].map((code) => ({ ...row, code, pay: 'x' })))).toBe('codes')
  })
  it('are saved together', async () => {
    const all = Object.entries(kept).map(([name, value]) => parameter(name, value))
    const { made, sent } = await page(TendersPage, '/', () => ({ parameters: all }))
    await type(made.findAll('input').find((one) => one.element.value === '微信')?.element, '微信支付')
    button('保存').click()
    await flushPromises()
    const body = sent()[0]?.body as { values: { name: string; value: string }[] }
    expect(body.values.find((one) => one.name === 'tender_names')?.value).toBe('{"wechat":"微信支付","unionpay":"云闪付"}')
    expect(body.values).toHaveLength(6)
  })
})

describe('the page of papers', () => {
  const all = ['shop_name', 'receipt_footer', 'legal_text', 'receipt_logo', ...Object.keys(examples.templates['zh-CN']).map((kind) => `receipt_${kind}`)].map((name) => parameter(name, ''))
  const answers = () => ({ parameters: [...all, parameter('language', 'zh-CN')] })

  it('draws what is typed at once and saves only what changed', async () => {
    const { made, sent } = await page(PapersPage, '/', answers)
    await type(made.find('input[placeholder^=空着]').element, '<b>好味道</b>')
    expect(made.find('.paper').text()).toContain('<b>好味道</b>')
    expect(made.find('.paper b').exists()).toBe(false)
    button('保存').click()
    await flushPromises()
    expect(sent().map(({ body }) => body)).toEqual([{ branch: '', values: [{ name: 'shop_name', value: '"<b>好味道</b>"' }], from_at: 0 }])
  })
  it('says in which line a template is wrong, and does not save it', async () => {
    const { made } = await page(PapersPage, '/?kind=refund', answers)
    await type(made.find('textarea.source').element, '# ok\n{{#lines}}')
    expect(made.find('.wrong').text()).toContain('第 2 行')
    expect(button('保存').disabled).toBe(true)
  })
  it('leaves a part out by its switch', async () => {
    const { made } = await page(PapersPage, '/', answers)
    expect(made.find('.paper .bars').exists()).toBe(true)
    const part = made.findAll('.parts label').find((one) => one.text() === '单号条码')
    await part?.find('input').setValue(false)
    expect(made.find('.paper .bars').exists()).toBe(false)
  })
})

const WANG = { key: 'b001/1001', branch: 'b001', number: '1001', name: '王芳', role: 'cashier', roles: ['cashier'], department: 'hair', type: '', active: true, must_change_pin: false, also: ['b002'] }
const GROUPS = [{ kind: 'department', code: 'hair', name: '美发部', active: true, people: 1 }]
const staff = ({ path, method }: Asked): unknown => (path.includes('staff-groups') ? { groups: GROUPS } : method === 'GET' ? { rows: [WANG], next: '' } : WANG)

describe('the page of staff', () => {
  it('lists who works here, with names for codes', async () => {
    const { made, all } = await page(StaffPage, '/', staff)
    expect(all.some(({ path }) => path === '/office/v1/staff?state=active&limit=50')).toBe(true)
    expect(made.find('tbody tr').text()).toBe('1001王芳南京路店收银员美发部–是')
  })
  it('writes a person in every branch of theirs and gives a new PIN', async () => {
    const { sent } = await page(StaffPage, '/?open=b001/1001', staff)
    await type(document.querySelector('.el-drawer input[type=password]'), '12')
    button('保存').click()
    await flushPromises()
    expect(document.querySelector('.el-drawer .wrong')?.textContent).toContain('PIN')
    await type(document.querySelector('.el-drawer input[type=password]'), '246810')
    button('保存').click()
    await flushPromises()
    expect(sent().map(({ path, body }) => [path, body])).toEqual([
      ['/office/v1/branches/b001/staff/1001', { name: '王芳', roles: ['cashier'], pin: '246810', active: true, department: 'hair', type: '', also: ['b002'], must_change_pin: true }],
    ])
  })
  it('shows a person to who may not change them, without fields for it', async () => {
    me.value = { ...USER, duties: ['branch'], branch: 'b001' }
    await page(StaffPage, '/?open=b001/1001', staff)
    expect(document.querySelector('.el-drawer input[type=password]')).toBeNull()
    expect(button('新增员工')).toBeUndefined()
  })
})

describe('the page of departments', () => {
  it('makes one, and says what to do where there are none', async () => {
    const { made, sent } = await page(GroupsPage, '/', () => ({ groups: GROUPS }))
    expect(made.text()).toContain('还没有员工类型')
    button('新增类型').click()
    await flushPromises()
    const [code, name] = document.querySelectorAll('.el-drawer input')
    await type(code, 'senior')
    await type(name, '高级技师')
    button('保存').click()
    await flushPromises()
    expect(sent().map(({ path, body }) => [path, body])).toEqual([['/office/v1/staff-groups/type/senior', { name: '高级技师', active: true }]])
  })
})

describe('the page of roles', () => {
  const ROLES = {
    roles: [
      { role: 'operator', name: '', duties: ['see', 'branch', 'members'], built_in: true, users: 2 },
      { role: 'buyer', name: '采购', duties: ['see', 'branch'], built_in: false, users: 0 },
    ],
    duties: ['see', 'branch', 'members', 'people', 'settings'],
    of_a_branch: ['branch'],
  }
  it('shows the matrix and lets nobody give what they lack', async () => {
    const { made, sent } = await page(RolesPage, '/', () => ROLES)
    expect(made.findAll('tbody tr').map((line) => line.findAll('.yes').length)).toEqual([2, 2, 1, 0, 0])
    button('修改').click()
    await flushPromises()
    const boxes = [...document.querySelectorAll<HTMLInputElement>('.el-drawer input[type=checkbox]')]
    expect(boxes.map((box) => box.disabled)).toEqual([false, true, true, false, false])
    boxes[4]!.click()
    await flushPromises()
    button('保存').click()
    await flushPromises()
    expect(sent().map(({ path, body }) => [path, body])).toEqual([['/office/v1/roles/buyer', { name: '采购', duties: ['see', 'branch', 'settings'] }]])
  })
  it('deletes a role only after its code was typed', async () => {
    const { sent } = await page(RolesPage, '/', ({ method }) => (method === 'DELETE' ? { done: true } : ROLES))
    button('修改').click()
    await flushPromises()
    button('删除角色').click()
    await flushPromises()
    expect(sent()).toEqual([])
    await type(document.querySelector('.el-dialog input'), 'buyer')
    document.querySelector<HTMLButtonElement>('.el-dialog .el-button--danger')!.click()
    await flushPromises()
    expect(sent().map(({ method, path }) => `${method} ${path}`)).toEqual(['DELETE /office/v1/roles/buyer'])
  })
})

describe('the page of changes', () => {
  const LINE = { n: 3, at: 1_796_000_000_000, by: 'lina', branch: '', kind: 'setting', code: 'undo_days', act: 'changed', what: 'value: 7 → 3', fields: [{ field: 'value', before: '7', after: '3' }] }

  it('names the parameter, and shows what was beside what is', async () => {
    const { made, all } = await page(ChangesPage, '/?kind=setting', () => ({ rows: [LINE], next: '' }))
    expect(all.some(({ path }) => path === '/office/v1/changes?kind=setting&limit=50')).toBe(true)
    expect(made.find('tbody tr').text()).toContain('充值可撤销天数')
    await made.find('tbody tr').trigger('click')
    await flushPromises()
    expect([...document.querySelectorAll('.el-drawer tbody td')].map((cell) => cell.textContent)).toEqual(['value', '7', '3'])
  })
})
