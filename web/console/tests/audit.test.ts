import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import ChainsPage from '../src/areas/audit/ChainsPage.vue'
import JournalPage from '../src/areas/audit/JournalPage.vue'
import UsersPage from '../src/areas/audit/UsersPage.vue'
import { i18n } from '../src/i18n'
import { me } from '../src/session'
import { office, Refusal, USER } from './office'

const ROLES = {
  roles: [
    { role: 'operator', name: '', duties: ['see', 'branch'], built_in: true, users: 1 },
    { role: 'branch_manager', name: '', duties: ['branch'], built_in: true, users: 0 },
    { role: 'checker', name: '稽核员', duties: ['see', 'audit'], built_in: false, users: 0 },
  ],
  duties: ['see', 'branch', 'audit'],
  of_a_branch: ['branch'],
}
const LINE = { n: 7, at: 1_796_000_000_000, day: '2026-11-30', branch: 'HQ', kind: 'audit', act: 'row_put', subject: 'chain/product:1002', who: 'wangfang', till: '', approved_by: '', reason: '', id: '' }
let router: Router

beforeEach(async () => {
  localStorage.clear()
  me.value = USER
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { template: '' } }] })
  await router.push('/')
})
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

async function open(page: Component) {
  const made = mount(page, { global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
  return made
}

describe('the users', () => {
  const answers = ({ path, method }: { path: string; method: string }) =>
    path.endsWith('/roles') ? ROLES : method === 'GET' ? { users: [USER, { ...USER, name: 'zhou', display: '<b>周</b>', role: 'checker', active: false }], branches: [], next: '' } : USER

  it('stand with their roles in words and what is up with them', async () => {
    office(answers)
    const page = await open(UsersPage)
    expect(page.findAll('tbody tr').map((row) => row.findAll('td').map((cell) => cell.text()))).toEqual([
      ['wangfang', '王芳', '总部经理', '–', '在用'],
      ['zhou', '<b>周</b>', '稽核员', '–', '已停用'],
    ])
    expect(page.find('tbody b').exists()).toBe(false)
  })

  it('are added with a branch when the role is for one, and without one else', async () => {
    const asked = office(answers)
    const page = await open(UsersPage)
    await router.replace({ query: { open: '+' } })
    await flushPromises()
    const panel = page.getComponent({ name: 'UserPanel' })
    const [name, display] = panel.findAllComponents({ name: 'ElInput' })
    await name?.setValue('lin.yu')
    await display?.setValue(' 林雨 ')
    panel.getComponent({ name: 'ElSelect' }).vm.$emit('update:modelValue', 'branch_manager')
    await flushPromises()
    panel.getComponent({ name: 'BranchChoice' }).vm.$emit('update:modelValue', 'b001')
    await panel.findAllComponents({ name: 'ElInput' }).at(-1)?.setValue('first password')
    ;(document.querySelector('.side-panel form') as HTMLFormElement).dispatchEvent(new Event('submit'))
    await flushPromises()
    expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ name: 'lin.yu', display: '林雨', role: 'branch_manager', branch: 'b001', password: 'first password' })
  })
})

describe('the journal', () => {
  it('asks for what the filters in the address say and tells rows of set-up by their kind', async () => {
    const asked = office(({ path }) => (path.includes('journal') ? { rows: [LINE], next: '' } : { branches: [], next: '' }))
    await router.push('/?who=wangfang&from_day=2026-11-01&to_day=2026-11-30')
    const page = await open(JournalPage)
    expect(asked.find(({ path }) => path.includes('journal'))?.path).toBe('/office/v1/journal?from_day=2026-11-01&to_day=2026-11-30&who=wangfang&limit=50')
    const cells = page.findAll('tbody td').map((cell) => cell.text())
    expect(cells.slice(1)).toEqual(['总部', 'wangfang', '修改资料', '商品 1002', '–'])
  })
})

describe('the journal of members', () => {
  it('says of files of people which list, how many rows and by which filters, and of gifts how much', async () => {
    const rows = [
      { ...LINE, n: 2, act: 'list_exported', subject: `listMemberActs ${'ab'.repeat(16)}`, reason: '12 xlsx from_day q' },
      { ...LINE, n: 3, act: 'list_exported', subject: 'listMembers', reason: '3 csv' },
      { ...LINE, n: 4, act: 'batch_proposed', subject: 'cd'.repeat(16), reason: 'top_up 3 30000 1500' },
      { ...LINE, n: 5, act: 'batch_prepared', subject: 'cd'.repeat(16), reason: '双十一' },
    ]
    office(({ path }) => (path.includes('journal') ? { rows, next: '' } : { branches: [], next: '' }))
    await router.push('/')
    const page = await open(JournalPage)
    const told = page.findAll('tbody tr').map((row) => row.findAll('td').map((cell) => cell.text()).slice(3))
    expect(told).toEqual([
      ['导出名单', '一位会员的往来 abababab', '12 行，XLSX，筛选：开始日期、查找'],
      ['导出名单', '会员', '3 行，CSV'],
      ['提请批量发放', 'cd'.repeat(16), '3 位会员，充值 300.00，赠送 15.00'],
      ['准备批量发放', 'cd'.repeat(16), '双十一'],
    ])
  })
})

describe('the verification', () => {
  const job = (more: object) => ({ job: 'ab'.repeat(16), kind: 'verify', begun_at: 1_796_000_000_000, done: 5, total: 5, code: '', file: '', result: null, ...more })

  it('begins as a job and says that everything agrees', async () => {
    office(({ path, method }) => (path.endsWith('/jobs') ? { jobs: [] } : job(method === 'POST' ? { state: 'waiting' } : { state: 'done', result: { ok: true, lots: 2, entries: 5, found: 0, violations: [] } })))
    const page = await open(ChainsPage)
    await page.find('button').trigger('click')
    await vi.waitFor(() => expect(page.text()).toContain('全部相符'), { timeout: 3000 })
    expect(page.find('dl').text()).toContain('5')
  })

  it('goes on after a reload, and tells each difference that it found', async () => {
    const found = { ok: false, lots: 2, entries: 5, found: 3, violations: ['own log: entry 2: hash', 'lots: 7'] }
    office(({ path }) => (path.endsWith('/jobs') ? { jobs: [job({ state: 'done', result: found })] } : new Refusal(404, 'not_found')))
    const page = await open(ChainsPage)
    expect(page.text()).toContain('发现 3 处不符')
    expect(page.findAll('.violations li').map((line) => line.text())).toEqual(found.violations)
    expect(page.text()).toContain('另有 1 处')
  })
})
