import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import PlacesPage from '../../src/areas/marketing/PlacesPage.vue'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { type Asked, office, USER } from '../office'

const place = (code: string, branch: string, more: object = {}) => ({ id: `${code} ${branch}`, code, branch, name: `促销${code}`, kind: 'discount', first_day: '', last_day: '', state: 'now', own_in: 0, replaces: false, ...more })
const OWN = { code: 'always', name: '七折', kind: 'discount', off: { how: 'per_mille', value: 300 }, active: true }
let router: Router
let made: VueWrapper | null = null

beforeEach(async () => {
  localStorage.clear()
  me.value = { ...USER, duties: ['see', 'branch', 'goods'] } as typeof me.value
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { template: '' }, meta: { title: 'marketing.places.title' } }] })
  await router.push('/')
})
afterEach(() => {
  made?.unmount()
  made = null
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})
const answers = ({ method, path }: Asked): unknown => {
  if (path.includes('/promotion-places')) return { rows: [place('always', '', { own_in: 1 }), place('always', 'b001', { replaces: true })], next: '' }
  if (path.startsWith('/office/v1/branches?')) return { branches: [{ branch: 'b001', name: '南京路店' }], next: '' }
  if (path.includes('/row-history')) return { changes: [] }
  if (path.includes('/product-groups')) return { categories: [], brands: [], units: [], levels: [] }
  if (path.includes('/tiers')) return { rows: [], next: '' }
  return method === 'GET' ? OWN : { done: true }
}
async function show(): Promise<void> {
  made = mount(PlacesPage, { global: { plugins: [i18n, router] }, attachTo: document.body })
  for (let n = 0; n < 4; n += 1) await flushPromises()
}

describe('which promotions run where', () => {
  it('asks for what holds today, and tells where each one stands', async () => {
    const asked = office(answers)
    await show()
    const { searchParams } = new URL(asked.find(({ path }) => path.includes('places'))!.path, 'http://hq')
    expect(searchParams.get('state')).toBe('now')
    expect(searchParams.get('on')).toMatch(/^\d{4}-\d\d-\d\d$/)
    const rows = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent ?? '')
    expect(rows[0]).toContain('所有门店')
    expect(rows[0]).toContain('1 家门店另有规则')
    expect(rows[1]).toContain('南京路店')
    expect(rows[1]).toContain('代替总部的')
  })
  it("opens a branch's own one as its own, and takes it away after its code was typed", async () => {
    const asked = office(answers)
    await router.push({ path: '/', query: { open: 'always b001' } })
    await show()
    expect(asked.some(({ method, path }) => method === 'GET' && path === '/office/v1/branches/b001/promotions/always')).toBe(true)
    ;[...document.querySelectorAll('button')].find((button) => button.textContent?.trim() === '取消本店规则')!.click()
    await flushPromises()
    const word = document.querySelector<HTMLInputElement>('.el-dialog input')!
    word.value = 'always'
    word.dispatchEvent(new Event('input'))
    await flushPromises()
    ;[...document.querySelectorAll<HTMLButtonElement>('.el-dialog button')].at(-1)!.click()
    for (let n = 0; n < 4; n += 1) await flushPromises()
    expect(asked.filter(({ method }) => method !== 'GET').map(({ method, path }) => [method, path])).toEqual([['DELETE', '/office/v1/branches/b001/promotions/always']])
    expect(router.currentRoute.value.query['open']).toBeUndefined()
  })
})
