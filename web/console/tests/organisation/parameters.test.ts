import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import ParametersPage from '../../src/areas/organisation/ParametersPage.vue'
import { fresh, held, inWords, type Form, type Parameter } from '../../src/areas/organisation/parameters'
import ValueEditor from '../../src/areas/organisation/ValueEditor.vue'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { type Asked, office, Refusal, USER } from '../office'

const form = (kind: Form['kind'], more: Partial<Form> = {}): Form => ({ kind, low: 0, high: 100, unit: '', pattern: '', options: [], fields: [], of: null, lines: false, or_null: false, unique: false, ...more })
const one = (name: string, group: string, shape: Form, more: Partial<Parameter> = {}): Parameter => ({ name, group, page: '', form: shape, default: 'null', chain: '', own: '', waiting: [], ...more })

const WAITING = { n: 7, branch: '', name: 'undo_days', value: '3', from_at: 1_796_100_000_000, by: 'wangfang', at: 1 }
const ALL = [
  one('speech', 'screens', form('flag'), { default: 'false' }),
  one('undo_days', 'members', form('number', { high: 365, unit: 'days' }), { default: '7', chain: '5', own: '2', waiting: [WAITING] }),
  one('change_max', 'payment', form('number', { high: 10_000_000_000, unit: 'money' }), { default: '100000' }),
]
const VERSIONS = [
  { n: 9, value: '2', at: 3, by: 'wangfang' },
  { n: 4, value: '0', at: 2, by: 'lina' },
  { n: 1, value: '', at: 1, by: 'lina' },
]
const answers = ({ method, path }: Asked): unknown => {
  if (path.includes('/versions')) return { versions: VERSIONS, next: 0 }
  if (path.startsWith('/office/v1/branches')) return { branches: [{ branch: 'b001', name: '南京路店' }], next: '' }
  return method === 'DELETE' ? { done: true } : { parameters: ALL }
}
let router: Router

enableAutoUnmount(afterEach)

beforeEach(() => {
  me.value = { ...USER, duties: ['see', 'settings'] }
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { template: '' } }, { path: '/r', name: 'receipts', component: { template: '' } }] })
})
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

async function page(address: string, asked: (all: Asked) => unknown = answers) {
  const all = office(asked)
  await router.push(address)
  const made = mount(ParametersPage, { global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
  return { made, all }
}
const button = (text: string) => [...document.querySelectorAll('button')].find((found) => found.textContent.trim().startsWith(text))

describe('a value in words', () => {
  it.each([
    [form('flag'), true, '是'],
    [form('number', { unit: 'money', high: 1e9 }), 100000, '1,000.00'],
    [form('number', { unit: 'per_mille' }), 85, '8.5%'],
    [form('number', { unit: 'days' }), 7, '7 天'],
    [form('choice', { options: ['jiao_down'] }), 'jiao_down', '抹到角'],
    [form('list', { of: form('text') }), [], '（空）'],
    [form('list', { of: form('text') }), ['甲', '乙'], '甲、乙'],
    [form('list', { of: form('record') }), [{}, {}], '2 项'],
    [form('tuple', { or_null: true }), null, '不启用'],
    [form('text', { lines: true }), '一\n二', '一 / 二'],
  ])('%# is short and in the reader’s language', (shape, value, said) => {
    expect(inWords(shape, value)).toBe(said)
  })
  it('begins as something that the form allows', () => {
    const row = form('record', { fields: [{ name: 'points', form: form('number', { low: 1 }) }, { name: 'kind', form: form('choice', { options: ['text'] }) }] })
    expect(fresh(row)).toEqual({ points: 1, kind: 'text' })
    expect(fresh(form('list', { of: row }))).toEqual([])
  })
  it('is the branch’s own, else the chain’s, else the default', () => {
    expect(held(ALL[1]!)).toBe(2)
    expect(held({ ...ALL[1]!, own: '' })).toBe(5)
    expect(held(ALL[0]!)).toBe(false)
  })
})

describe('the editor', () => {
  const edit = (shape: Form, modelValue: unknown) => mount(ValueEditor, { props: { form: shape, modelValue: modelValue as never, label: 'x' }, global: { plugins: [i18n] } })

  it('takes money as people type it and refuses what is out of bounds', async () => {
    const made = edit(form('number', { unit: 'money', high: 50_000 }), 1250)
    const input = made.find('input')
    expect(input.element.value).toBe('12.50')
    await input.setValue('300.5')
    expect(made.emitted('update:modelValue')).toEqual([[30050]])
    await input.setValue('501')
    expect(made.emitted('update:modelValue')).toHaveLength(1)
    expect(made.text()).toContain('500.00')
  })
  it('adds, moves and removes rows of records', async () => {
    const row = form('record', { fields: [{ name: 'code', form: form('text') }] })
    const made = edit(form('list', { of: row, high: 3 }), [{ code: 'a' }, { code: 'b' }])
    const buttons = made.findAll('button')
    await buttons[1]!.trigger('click')
    await buttons[5]!.trigger('click')
    await buttons[6]!.trigger('click')
    expect(made.emitted('update:modelValue')).toEqual([[[{ code: 'b' }, { code: 'a' }]], [[{ code: 'a' }]], [[{ code: 'a' }, { code: 'b' }, { code: '' }]]])
  })
})

describe('the page of parameters', () => {
  it('groups them, says where each was set, and finds by name', async () => {
    const { made, all } = await page('/?branch=b001')
    expect(all.map((asked) => asked.path)).toContain('/office/v1/parameters?branch=b001')
    expect(made.findAll('h2').map((head) => head.text())).toEqual(['屏幕与按键', '会员', '付款'])
    expect(made.text()).toContain('本店设置')
    expect(made.text()).toContain('起将改变')
    await router.replace('/?branch=b001&q=最大找零')
    await flushPromises()
    expect(made.findAll('li')).toHaveLength(1)
  })
  it('saves a value, takes the branch’s own away, restores a version and withdraws a plan', async () => {
    const { all } = await page('/?branch=b001&open=undo_days')
    const put = () => all.filter((asked) => asked.method === 'PUT').map((asked) => asked.body)
    const input = document.querySelector<HTMLInputElement>('.el-drawer input[inputmode]')!
    input.value = '9'
    input.dispatchEvent(new Event('input'))
    await flushPromises()
    button('保存')!.click()
    await flushPromises()
    button('改用总部设置')!.click()
    await flushPromises()
    button('恢复成这样')!.click()
    await flushPromises()
    const sent = (value: string) => ({ branch: 'b001', values: [{ name: 'undo_days', value }], from_at: 0 })
    expect(put()).toEqual([sent('9'), sent(''), sent('0')])
    button('撤回')!.click()
    await flushPromises()
    expect(all.filter((asked) => asked.method === 'DELETE').map((asked) => asked.path)).toEqual(['/office/v1/parameter-plans/7'])
  })
  it('keeps what was typed when the office refuses it', async () => {
    const refuse = (asked: Asked) => (asked.method === 'PUT' ? new Refusal(422, 'bad_value') : answers(asked))
    await page('/?open=undo_days', refuse)
    const input = document.querySelector<HTMLInputElement>('.el-drawer input[inputmode]')!
    input.value = '8'
    input.dispatchEvent(new Event('input'))
    await flushPromises()
    button('保存')!.click()
    await flushPromises()
    expect(document.querySelector<HTMLInputElement>('.el-drawer input[inputmode]')!.value).toBe('8')
  })
})
