import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { type Gift, read, stateOn, written, wrongIn } from '../../src/areas/marketing/gifts'
import GiftsPage from '../../src/areas/marketing/GiftsPage.vue'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { type Asked, office, USER } from '../office'

const MUG: Gift = { code: 'mug', name: '马克杯', points: 500, item: '', active: true, first_day: '', last_day: '' }
const KEPT = '[{"code":"mug","name":"马克杯","points":500,"item":""}]'
const parameters = (chain: string) => ({ parameters: [{ name: 'gifts', group: 'points', chain, own: '', default: '[]', page: 'gifts', waiting: [], form: {} }] })
let router: Router
let made: VueWrapper | null = null

beforeEach(async () => {
  me.value = { ...USER, duties: ['see', 'branch', 'goods', 'settings'] } as typeof me.value
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { template: '' }, meta: { title: 'marketing.gifts.title' } }] })
  await router.push('/')
})
afterEach(() => {
  made?.unmount()
  made = null
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

describe('gifts for points', () => {
  it('are read and written as tills know them', () => {
    expect(read(JSON.parse(KEPT))).toEqual([MUG])
    expect(written([MUG])).toBe(KEPT)
    const all = [{ ...MUG, active: false, first_day: '2026-12-01', last_day: '2026-12-31' }]
    expect(read(JSON.parse(written(all)))).toEqual(all)
  })
  it.each([
    [{}, ''],
    [{ code: 'a b' }, 'code'],
    [{ code: ' bag ' }, 'twice'],
    [{ name: '  ' }, 'name'],
    [{ points: undefined }, 'points'],
    [{ first_day: '2026-12-02', last_day: '2026-12-01' }, 'days'],
  ])('with %o are wrong by %o', (more, wrong) => {
    expect(wrongIn([{ ...MUG, code: 'bag' }, { ...MUG, ...more }])).toBe(wrong)
  })
  it.each([
    [{}, 'now'],
    [{ active: false }, 'off'],
    [{ first_day: '2026-12-02' }, 'future'],
    [{ last_day: '2026-11-30' }, 'past'],
    [{ first_day: '2026-12-01', last_day: '2026-12-01' }, 'now'],
  ])('with %o stand on the first of December as %o', (more, state) => {
    expect(stateOn({ ...MUG, ...more }, '2026-12-01')).toBe(state)
  })
  it('are switched off, taken away and saved as one list', async () => {
    const asked = office(({ method, body }: Asked) => (method === 'PUT' ? parameters((body as { values: { value: string }[] }).values[0]!.value) : parameters(KEPT)))
    made = mount(GiftsPage, { global: { plugins: [i18n, router], stubs: { ItemPick: true, BranchChoice: true } }, attachTo: document.body })
    for (let n = 0; n < 3; n += 1) await flushPromises()
    expect(document.querySelector<HTMLInputElement>('input[aria-label="名称"]')?.value).toBe('马克杯')
    document.querySelector<HTMLElement>('tbody .el-switch')!.click()
    await flushPromises()
    expect(document.querySelector('tbody .el-tag')?.textContent).toBe('已停用')
    document.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }))
    for (let n = 0; n < 3; n += 1) await flushPromises()
    expect(asked.at(-1)?.body).toEqual({ branch: '', values: [{ name: 'gifts', value: '[{"code":"mug","name":"马克杯","points":500,"item":"","off":true}]' }], from_at: 0 })
  })
})
