import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import CategoryPanel from '../../src/areas/goods/CategoryPanel.vue'
import { below, groups, indented } from '../../src/areas/goods/groups'
import TargetField from '../../src/areas/marketing/TargetField.vue'
import TierPanel from '../../src/areas/marketing/TierPanel.vue'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { type Asked, office, USER } from '../office'

const one = (name: string, parent: string, level: number, products: number, under = 0) => ({ name, parent, level, products, active: products, place: 0, below: under })
const TREE = [one('饮品', '', 1, 0, 2), one('咖啡', '饮品', 2, 3, 1), one('手冲', '咖啡', 3, 1), one('烘焙', '', 1, 0)]
const GROUPS = { categories: TREE, brands: [], units: [], levels: [] }
const JOB = { job: 'f'.repeat(32), kind: 'x', state: 'done', done: 2, total: 2, begun_at: 1, code: '', file: '', result: { changed: 2 } }
let made: VueWrapper | null = null

beforeEach(() => {
  me.value = { ...USER, duties: ['see', 'goods'] } as typeof me.value
  groups.value = GROUPS
})
afterEach(() => {
  made?.unmount()
  made = null
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})
const answers = ({ method, path }: Asked): unknown => {
  if (path.endsWith('/product-groups')) return GROUPS
  if (path.includes('/row-history')) return { changes: [] }
  return method === 'POST' ? JOB : { done: true }
}
async function show(component: object, props: object): Promise<VueWrapper> {
  made = mount(component, { props, global: { plugins: [i18n] }, attachTo: document.body })
  await flushPromises()
  return made
}
async function type(where: HTMLInputElement, text: string): Promise<void> {
  where.value = text
  where.dispatchEvent(new Event('input'))
  await flushPromises()
}
const press = async (text: string, within = '') => {
  ;[...document.querySelectorAll<HTMLButtonElement>(`${within} button`)].find((button) => button.textContent?.trim().startsWith(text))!.click()
  await flushPromises()
}
const submit = async () => {
  document.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
  await flushPromises()
}
const writes = (asked: Asked[]) => asked.filter(({ method }) => method !== 'GET').map(({ method, path, body }) => ({ method, path, body }))

describe('the tree of categories', () => {
  it('tells what lies below one, and how far in it stands', () => {
    expect(below('饮品')).toEqual(['饮品', '咖啡', '手冲'])
    expect(below('手冲')).toEqual(['手冲'])
    expect(TREE.map(indented)).toEqual(['饮品', '　咖啡', '　　手冲', '烘焙'])
  })
  it('gets a new heading', async () => {
    const asked = office(answers)
    await show(CategoryPanel, { name: '' })
    await type(document.querySelector<HTMLInputElement>('.column input')!, ' 饮料 ')
    await submit()
    expect(writes(asked)).toEqual([{ method: 'PUT', path: '/office/v1/product-categories', body: { name: '饮料', parent: '', place: 0 } }])
    expect(made?.emitted('changed')).toEqual([['饮料']])
  })
  it('renames one without touching its place, and says what follows', async () => {
    const asked = office(answers)
    await show(CategoryPanel, { name: '咖啡' })
    await type(document.querySelector<HTMLInputElement>('.column input')!, '现磨咖啡')
    expect(document.body.textContent).toContain('3 个商品会跟着改')
    await submit()
    expect(writes(asked)).toEqual([{ method: 'POST', path: '/office/v1/product-groups/rename', body: { what: 'category', before: '咖啡', after: '现磨咖啡' } }])
  })
  it('says at the field why one cannot stand there', async () => {
    office(({ method, path, token, body }) => (method === 'POST' ? Response.json({ code: 'bad_value', message: '', kept: '', next: '', evidence: { field: 'parent', reason: 'cycle' } }, { status: 422 }) : answers({ method, path, token, body })))
    await show(CategoryPanel, { name: '饮品' })
    await type(document.querySelector<HTMLInputElement>('.column input')!, '手冲')
    await submit()
    expect(document.querySelector('.field.bad')?.textContent).toContain('不能放在自己或自己的下级里')
    expect(made?.emitted('changed')).toBeUndefined()
  })
  it('loses only an empty one, after its name was typed', async () => {
    const asked = office(answers)
    await show(CategoryPanel, { name: '咖啡' })
    expect(document.body.textContent).not.toContain('删除分类')
    made?.unmount()
    document.body.innerHTML = ''
    await show(CategoryPanel, { name: '烘焙' })
    await press('删除分类')
    await type(document.querySelector<HTMLInputElement>('.el-dialog input')!, '烘焙')
    await press('删除分类', '.el-dialog')
    expect(writes(asked)).toEqual([{ method: 'DELETE', path: `/office/v1/product-categories?name=${encodeURIComponent('烘焙')}`, body: undefined }])
  })
})

describe('the goods of a rule', () => {
  it('take in what lies below a category when it is chosen', async () => {
    const field = await show(TargetField, { modelValue: { items: [], categories: ['烘焙'], except_items: [] } })
    field.findComponent({ name: 'ElSelect' }).vm.$emit('update:modelValue', ['烘焙', '饮品'])
    expect(field.emitted('update:modelValue')?.at(-1)).toEqual([{ items: [], categories: ['烘焙', '饮品', '咖啡', '手冲'], except_items: [] }])
  })
})

describe('a tier', () => {
  const TIER = { code: 'gold', name: '金卡', rank: 1, discount_per_mille: 0, price_level: '', points_per_mille: 1000, from_spend: 0, from_top_up: 0, from_points: 0, period_days: 365 }
  const told = ({ method, path }: Asked): unknown => {
    if (path.endsWith('/tiers/gold') && method === 'GET') return TIER
    if (path.includes('/tiers')) return { rows: [TIER], next: '' }
    return answers({ method, path, token: null, body: null })
  }
  async function drop(): Promise<void> {
    await show(TierPanel, { code: 'gold' })
    await flushPromises()
    await press('删除等级')
    await type(document.querySelector<HTMLInputElement>('.el-dialog input')!, 'gold')
    await press('删除等级', '.el-dialog')
    await flushPromises()
  }
  it('goes when nobody needs it, and leaves its history', async () => {
    const asked = office((one) => (one.method === 'DELETE' ? { done: true } : told(one)))
    await drop()
    expect(writes(asked)).toEqual([{ method: 'DELETE', path: '/office/v1/tiers/gold', body: undefined }])
    expect(made?.emitted('saved')).toEqual([['gold']])
    expect(document.body.textContent).toContain('还没有修改记录')
    expect(document.querySelector('#tier')).toBeNull()
  })
  it('stays while members stand in it, and says how many', async () => {
    const words = '这个等级还有 12 位会员'
    office((one) => (one.method === 'DELETE' ? Response.json({ code: 'tier_in_use', message: words, kept: '', next: '', evidence: { members: 12 } }, { status: 409 }) : told(one)))
    await drop()
    expect(document.querySelector('#tier')?.textContent).toContain(words)
    expect(made?.emitted('saved')).toBeUndefined()
  })
})
