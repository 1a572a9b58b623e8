import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import BranchesPage from '../../src/areas/branches/BranchesPage.vue'
import BranchPanel from '../../src/areas/branches/BranchPanel.vue'
import CodeDialog from '../../src/areas/branches/CodeDialog.vue'
import { clockSaid, minutesAhead, stale, stateOf } from '../../src/areas/branches/health'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { type Asked, office, USER } from '../office'

const NOW = 1_796_000_000_000
const HEALTH = {
  branch: 'b001', name: '<b>南京路店</b>', state: 'active', nodes: 1, heard_at: NOW, acked_at: NOW, acked_seq: 9, unsent: 3, waiting: 0, said_at: NOW, said_arrived: NOW, ahead: 0, software: '1.0.0', open_logs: 1, closed_logs: 1, discrepancies: 2,
  told_at: 0, clock: 0, oldest_at: 0, blocks_applied_at: 0, blocks_good_at: 0, devices: 0, devices_down: 0,
}
const TOLD = { ...HEALTH, told_at: NOW, clock: -25 * 60_000, oldest_at: NOW - 7_200_000, blocks_applied_at: NOW - 9_000_000, blocks_good_at: NOW - 60_000, devices: 3, devices_down: 1 }
const DEVICE = { branch: 'b001', branch_name: '南京路店', name: '<i>前台</i>', kind: 'pos_printer', works: false, code: 'paper_out', since: NOW - 60_000, told_at: NOW }
const DEVICES = [DEVICE, { ...DEVICE, name: '', kind: 'scanner', works: false, code: '' }, { ...DEVICE, kind: 'pos_printer', works: true, code: 'paper_low' }, { ...DEVICE, kind: 'ufo', works: true, code: '' }]
const LOG = { incarnation: 'aa'.repeat(16), branch: 'b001', state: 'open', opened_at: 1, heard_at: NOW, acked_seq: 9, applied_seq: 9, closed_reason: '', closed_at: 0, suspended: 0 }
const DEAD = { ...LOG, incarnation: 'bb'.repeat(16), state: 'closed', closed_reason: 'lost', closed_at: NOW }
const RIGHTS = {
  held: [{ asset: 'principal', lots: 2, amount: 30000 }, { asset: 'uses:wash', lots: 1, amount: 20 }],
  stranded: [{ incarnation: DEAD.incarnation, reason: 'lost', closed_at: NOW, asset: 'bonus', lots: 1, amount: 500 }, { incarnation: DEAD.incarnation, reason: 'lost', closed_at: NOW, asset: 'points', lots: 1, amount: 7 }],
}
const WOULD = { branch: 'b001', state: 'open', heard_at: NOW, acked_seq: 9, unsent: 3, held: RIGHTS.held, members: 4, claims: 1, others: 0 }
const QR = ['111', '101', '011']
let router: Router

beforeEach(async () => {
  me.value = { ...USER, duties: ['see', 'branch', 'branches', 'settle'] }
  document.body.innerHTML = ''
  router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/branches', component: { template: '' }, meta: { title: 'branches.title' } },
      { path: '/d', name: 'discrepancies', component: { template: '' } },
    ],
  })
  await router.push('/branches')
})
afterEach(() => vi.unstubAllGlobals())

const answers = ({ path }: Asked) => {
  if (path.includes('/branch-health')) return { rows: [HEALTH], next: '' }
  if (path.endsWith('/logs')) return { logs: [LOG, DEAD] }
  if (path.endsWith('/rights')) return RIGHTS
  if (path.endsWith('/consequences')) return WOULD
  if (path.endsWith('/enrolment-codes')) return { branch: 'b001', code: 'ABCDE-FGHJK', expires_at: NOW, qr: QR }
  return { done: true }
}
async function show(page: object, props: object = {}) {
  const made = mount(page, { props, global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
  return made
}
const text = () => document.body.textContent ?? ''
const button = (word: string) => [...document.querySelectorAll<HTMLButtonElement>('button')].find((one) => one.textContent?.trim() === word)
async function type(input: Element | null | undefined, value: string) {
  ;(input as HTMLInputElement).value = value
  input?.dispatchEvent(new Event('input'))
  await flushPromises()
}

describe('how a branch is', () => {
  it('is told by when it was heard and whether it has a box', () => {
    expect(stateOf(HEALTH, NOW + 60_000)).toBe('online')
    expect(stateOf(HEALTH, NOW + 600_000)).toBe('silent')
    expect(stateOf({ ...HEALTH, heard_at: 0 }, NOW)).toBe('never')
    expect(stateOf({ ...HEALTH, nodes: 0 }, NOW)).toBe('blocked')
  })
  it('mentions a clock only when it is well ahead', () => {
    expect(minutesAhead({ ...HEALTH, ahead: 9 * 60_000 })).toBe(0)
    expect(minutesAhead({ ...HEALTH, ahead: 90 * 60_000 })).toBe(90)
    expect(minutesAhead(TOLD)).toBe(-25)
    expect([clockSaid(TOLD), clockSaid({ ...TOLD, clock: 9 * 60_000 }), clockSaid({ ...HEALTH, ahead: 600_000 }), clockSaid({ ...HEALTH, said_at: 0 })]).toEqual(['慢 25 分钟', '正常', '快 10 分钟', ''])
  })
  it('takes what was told long ago for what it was then', () => {
    expect([stale(TOLD, NOW + 15 * 60_000), stale(TOLD, NOW + 15 * 60_000 + 1)]).toEqual([false, true])
  })
})

describe('the branches', () => {
  it('are listed with what is wrong, and names stay names', async () => {
    const asked = office(answers)
    await router.replace({ query: { search: '南京', wrong: 'true' } })
    const page = await show(BranchesPage)
    expect(asked[0]?.path).toContain('wrong=true')
    expect(page.text()).toContain('<b>南京路店</b>')
    expect(page.find('tbody b').exists()).toBe(false)
    expect(page.find('tbody a').attributes('href')).toBe('/d?branch=b001')
  })
  it('are listed with devices that do not work, as far as told', async () => {
    office((one) => (one.path.includes('/branch-health') ? { rows: [TOLD, { ...HEALTH, branch: 'b002' }, { ...TOLD, branch: 'b003', devices_down: 0 }], next: '' } : answers(one)))
    const page = await show(BranchesPage)
    const words = page.findAll('tbody tr').map((row) => row.text())
    expect([words[0]?.includes('1 / 3'), words[1]?.includes(' / '), words[2]?.includes('0 / 3')]).toEqual([true, false, true])
  })
})

describe('one branch', () => {
  it('says what it holds, what is stranded, and what nobody knows', async () => {
    office(answers)
    await show(BranchPanel, { branch: 'b001' })
    for (const word of ['储值本金', '300.00', '次卡 wash', '滞留的额度', '5.00', '门店程序版本旧，不上报']) expect(text()).toContain(word)
    expect(text()).not.toContain('黑名单')
    expect([...document.querySelectorAll('button')].filter((one) => one.textContent?.trim() === '申请释放')).toHaveLength(1)
  })

  it('says what its box told, when, and each device', async () => {
    const asked = office((one) => (one.path.includes('/branch-health') ? { rows: [TOLD], next: '' } : one.path.includes('/branch-devices') ? { rows: DEVICES, next: '' } : answers(one)))
    await show(BranchPanel, { branch: 'b001' })
    expect(asked.some(({ path }) => path.startsWith('/office/v1/branch-devices?branch=b001'))).toBe(true)
    for (const word of ['慢 25 分钟', '共 3 台，1 台不能用', '黑名单截至', '最后一次更新', '自报于', '小票打印机', '不能用 · 缺纸', '正在连接', '纸快用完', 'ufo', '<i>前台</i>']) expect(text()).toContain(word)
    for (const word of ['不知道', '版本旧', '现在可能不同']) expect(text()).not.toContain(word)
  })

  it('says that what was told is old', async () => {
    office((one) => (one.path.includes('/branch-health') ? { rows: [{ ...TOLD, told_at: 1_000_000, devices: 0, oldest_at: 0, blocks_good_at: 0 }], next: '' } : answers(one)))
    await show(BranchPanel, { branch: 'b001' })
    for (const word of ['现在可能不同', '没有设备', '还没收全']) expect(text()).toContain(word)
  })

  it('has a log closed only after its consequences were told and its id was typed', async () => {
    const asked = office(answers)
    const panel = await show(BranchPanel, { branch: 'b001' })
    button('停用机器')?.click()
    await flushPromises()
    for (const word of ['将暂停的额度', '储值本金 300.00', '不再被信任']) expect(text()).toContain(word)
    const dialog = document.querySelector('.el-dialog')
    const [evidence, word] = dialog?.querySelectorAll('input') ?? []
    expect(button('停用')?.disabled).toBe(true)
    await type(word, 'b001')
    button('停用')?.click()
    await flushPromises()
    expect(asked.some(({ path }) => path.endsWith('/close'))).toBe(false)
    await type(evidence, '机器被盗')
    button('停用')?.click()
    await flushPromises()
    expect(asked.find(({ path }) => path.endsWith('/close'))?.body).toEqual({ reason: 'revoked', evidence: '机器被盗' })
    expect(panel.emitted('changed')).toHaveLength(1)
  })

  it('offers nothing dangerous to who may only read', async () => {
    me.value = { ...USER, duties: ['branch'] }
    office(answers)
    await show(BranchPanel, { branch: 'b001' })
    for (const word of ['停用机器', '关闭账本', '生成入网码', '申请释放']) expect(button(word)).toBeUndefined()
  })
})

describe('an enrolment code', () => {
  it('is drawn module by module, and made at once where no box would be replaced', async () => {
    const asked = office(answers)
    await show(CodeDialog, { branch: 'b001', name: '南京路店', hasBox: false })
    expect(asked).toHaveLength(1)
    expect(text()).toContain('ABCDE-FGHJK')
    expect(document.querySelector('path.dark')?.getAttribute('d')).toBe('M4 4h3v1h-3zM4 5h1v1h-1zM6 5h1v1h-1zM5 6h2v1h-2z')
    expect(document.querySelector('.code svg')?.getAttribute('viewBox')).toBe('0 0 11 11')
  })

  it('warns first where a box stands', async () => {
    const asked = office(answers)
    await show(CodeDialog, { branch: 'b001', name: '南京路店', hasBox: true })
    expect(asked).toHaveLength(0)
    expect(text()).toContain('旧机器的账本会关闭')
  })
})
