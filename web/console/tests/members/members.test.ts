import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, Suspense, type Component } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import { i18n } from '../../src/i18n'
import { setLanguage } from '@stayopen/kit'
import routes from '../../src/areas/members/routes'
import { assetAmount, assetName, balancesText, fieldName, inOrder, sourceText } from '../../src/areas/members/words'
import { me } from '../../src/session'
import { office, Refusal, USER, type Asked } from '../office'

const A = 'a'.repeat(32)
const B = 'b'.repeat(32)
const LINE = { member: B, name: '张*', phone: '138****0001', tier: '', state: 'active', branch: 'HQ', day: '2026-11-29', tags: [] }
const LOT = { lot: 'c'.repeat(32), asset: 'principal', issuer: 'b001', opened_on: '2026-11-29', expires_on: '', pair: '', issued: 50_000, left: 41_000, own: 20_000, set_aside: 0, holders: [{ branch: 'b001', incarnation: 'd'.repeat(32), rights: 21_000, suspended: 0 }] }
const DETAIL = {
  member: { member: A, masked_name: '张*伟', tier: 'gold', frozen: false, alias_of: '', branch: 'b001', day: '2026-11-29' },
  consent: '2026-1', consent_at: 1_796_000_000_000, became: [], branches: ['b001'], tags: ['VIP'],
  profile: { name: '张伟伟', phone: '13800010001', x_hair: '干性' },
  cards: [{ card: 'e'.repeat(32), state: 'active', member: A, number: '80010001' }, { card: 'f'.repeat(32), state: 'lost', member: A, number: '' }],
  balances: { points: 51, principal: 41_000, bonus: 0 }, lots: [LOT], entitlements: [],
}
const PREVIEW = { balances: { principal: 30_000 }, lots: 1, cards: 1, entitlements: 0, branches: ['b002'], fields: [], before: 0, tier: 'gold', frozen: false, discrepancies: 1 }
const SUMS = { rows: 3, good: 2, done: 0, undone: 0, kept: 0, amount: 12_000, bonus: 1_000, points: 0 }
const BATCH = { batch: B, name: '团购', rule: 'auto', tender: 'bank_transfer', source: '名单.csv', kind: 'top_up', what: '', last_day: '', undo_by: '', undo_reason: '', undo_decided_by: '', state: 'draft', made_by: 'sunqi', made_at: 1, day: '', decided_by: '', decided_at: 0, sums: SUMS, alone: 5_000 }
const MERGED = { ...DETAIL, member: { ...DETAIL.member, alias_of: B } }
const ACT = { n: 7, at: 1, day: '2026-11-30', branch: 'HQ', branch_name: '', kind: 'sale', act: '', number: 'S-9', till: '', staff: '', staff_name: '', member: B, member_name: '李*', amount: 2_500, discount: 0, principal: -2_500, bonus: 0, points: 0, about: '', reason: '', approved_by: '', id: '', ref: '', problem: '' }
const UNMERGE = { merged: A, keeper: B, keeper_name: '李*', by: 'sunqi', at: 1, reason: '同一个人', balances: { principal: 38_500 }, keeper_balances: { points: 8 }, used: { principal: 2_500 }, acts: [ACT], cards: 1, fields: ['phone'], fields_kept: [], tags: [], tier: '', tier_changes: true, frozen: false, merged_frozen: true, before: 0, doubles: 1 }
const FIELDS = { fields: [{ name: 'hair', label: '发质', kind: 'choice', choices: ['干性', '油性'], required: true, shown: true }], version: 1, versions: [] }

function answer({ method, path }: Asked): unknown {
  const [where = ''] = path.replace('/office/v1', '').split('?')
  if (method === 'PUT' && where === '/member-fields') return { ...FIELDS, version: 2 }
  if (method === 'POST' && /^\/batches\/(coupons|tags|top-ups)$/.test(where)) return { batch: B }
  if (method === 'POST' && where.endsWith('/coupons')) return { lot: B, held: 3 }
  if (method !== 'GET') return { done: true }
  if (where === '/members') return { rows: [LINE], next: '', sums: {} }
  if (where === `/members/${A}`) return DETAIL
  if (where.endsWith('/merge')) return PREVIEW
  if (where.endsWith('/unmerge')) return UNMERGE
  if (where === '/promotions') return { rows: [{ code: 'p1', name: '奶茶券', coupon: 'tea', active: true }, { code: 'p2', name: '旧券', coupon: 'old', active: false }], next: '' }
  if (where.endsWith('/history')) return { history: [{ field: 'name', version: 1, value: '张伟', branch: '', at: 1 }] }
  if (where === `/batches/${B}`) return BATCH
  if (where === '/member-fields') return FIELDS
  if (where === '/member-tags') return { tags: [{ tag: 'VIP', note: '', members: 1, made_by: 'x', made_at: 1 }] }
  if (where === '/branches') return { branches: [], next: '' }
  return { rows: [], next: '', sums: {} }
}

/** The first page opened waits for its parts, on a busy machine long. */
vi.setConfig({ testTimeout: 60_000 })

let page: VueWrapper | null = null

/** Open an address of the area as somebody with these duties. */
async function open(path: string, duties: string[], answers: (asked: Asked) => unknown = answer): Promise<{ page: VueWrapper; asked: Asked[] }> {
  me.value = { ...USER, name: 'wangfang', duties }
  const asked = office(answers)
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push(path)
  const root: Component = defineComponent(() => () => h(Suspense, null, { default: () => h(RouterView) }))
  page = mount(root, { global: { plugins: [router, i18n] }, attachTo: document.body })
  await vi.waitFor(async () => {
    await flushPromises()
    expect(document.body.querySelector('h1')).not.toBeNull()
  }, 50_000)
  await flushPromises()
  return { page, asked }
}
const button = (text: string) => [...document.body.querySelectorAll('button')].find((one) => one.textContent?.trim() === text)
const shown = () => document.body.textContent ?? ''

async function press(text: string): Promise<void> {
  const found = button(text)
  expect(found, text).toBeDefined()
  found?.click()
  await flushPromises()
}
async function fill(selector: string, value: string): Promise<void> {
  const input = document.body.querySelector<HTMLInputElement>(selector)
  expect(input, selector).not.toBeNull()
  if (!input) return
  input.value = value
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await flushPromises()
}

beforeEach(() => setLanguage('zh-CN'))
afterEach(() => {
  page?.unmount()
  page = null
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

describe('words', () => {
  it('say values in their order, money with cents, counts as counts', () => {
    expect(inOrder({ points: 5, bonus: 0, 'uses:wash': 3, principal: 1 }).map(([asset]) => asset)).toEqual(['principal', 'points', 'uses:wash'])
    expect(balancesText({ points: 1_200, principal: 41_000 })).toBe('储值本金 410.00、积分 1,200')
    expect([assetName('uses:wash'), assetName('coupon:tea'), assetAmount('points', 1_234_567)]).toEqual(['次卡 wash', '优惠券 tea', '1,234,567'])
  })
  it('name profile fields: built in, own, cards, and what is neither', () => {
    const own = [{ name: 'hair', label: '发质', kind: 'text' as const, choices: [], required: false, shown: true }]
    expect(['phone', 'x_hair', 'card:2', 'x_gone'].map((name) => fieldName(name, own))).toEqual(['手机号', '发质', '卡 2', 'x_gone'])
  })
})

describe('the list of members', () => {
  it('asks what the address says, and shows names masked as the office sent them', async () => {
    const { asked } = await open('/members?q=0001&state=frozen', ['see', 'branch', 'members'])
    await vi.waitFor(() => expect(shown()).toContain('138****0001'))
    expect(asked.some(({ path }) => path.includes('/members?') && path.includes('q=0001') && path.includes('state=frozen'))).toBe(true)
  })
  it('offers to register only to whom may', async () => {
    await open('/members', ['branch'])
    expect(button('登记会员')).toBeUndefined()
  })
})

describe('gifts to all who fit', () => {
  it('are prepared of the filters in the address, by whom may, and looked at first', async () => {
    const { asked } = await open('/members?tier=gold&q=0001', ['see', 'branch', 'goods'])
    await vi.waitFor(() => expect(button('发券')).toBeDefined())
    expect([button('充值'), button('加标签')]).toEqual([undefined, undefined])
    await press('发券')
    expect(shown()).toContain('等级 gold')
    expect(shown()).toContain('查找“0001”')
    await vi.waitFor(() => expect(asked.some(({ path }) => path.includes('/promotions?'))).toBe(true))
    expect([...document.body.querySelectorAll<HTMLButtonElement>('.side-panel form button')].at(-1)?.disabled).toBe(true)
  })
  it('say where their rows came from', () => {
    expect(sourceText('名单.csv')).toBe('名单.csv')
    expect(sourceText('members:q&tag=a=b&state=frozen')).toBe('会员筛选：按输入查找、标签 a=b、状态 已冻结')
    expect(sourceText('members:')).toBe('会员筛选：全部会员')
  })
})

describe('one member', () => {
  it('shows balances by lot and where the rights lie', async () => {
    await open(`/members/${A}`, ['see', 'branch'])
    await vi.waitFor(() => expect(shown()).toContain('410.00'))
    expect(shown()).toContain('210.00')
    expect(button('冻结')).toBeUndefined()
  })
  it('freezes with a reason, never without', async () => {
    const { asked } = await open(`/members/${A}`, ['see', 'branch', 'members'])
    await press('冻结')
    const confirm = () => [...document.body.querySelectorAll<HTMLButtonElement>('.el-dialog button')].at(-1)
    expect(confirm()?.disabled).toBe(true)
    await fill('.el-dialog input', '本人挂失')
    confirm()?.click()
    await flushPromises()
    expect(asked.find(({ method }) => method === 'POST')).toMatchObject({ path: `/office/v1/members/${A}/freeze`, body: { frozen: true, reason: '本人挂失' } })
  })
  it('merges only after a preview, a reason and the typed word', async () => {
    const { asked } = await open(`/members/${A}`, ['see', 'branch', 'members'])
    await press('合并')
    await press('查找')
    document.body.querySelector<HTMLButtonElement>('.found button')?.click()
    await flushPromises()
    await vi.waitFor(() => expect(shown()).toContain('300.00'))
    await fill('.side-panel input[maxlength="200"]', '同一个人')
    document.body.querySelector<HTMLButtonElement>('.side-panel .actions button')?.click()
    await flushPromises()
    const confirm = () => [...document.body.querySelectorAll<HTMLButtonElement>('.el-dialog button')].at(-1)
    expect(confirm()?.disabled).toBe(true)
    await fill('.el-dialog input', '张伟伟')
    confirm()?.click()
    await flushPromises()
    expect(asked.find(({ method }) => method === 'POST')).toMatchObject({ path: `/office/v1/members/${B}/merge`, body: { into: A, reason: '同一个人' } })
  })
  it('takes a merge back only after it said what changes, with a reason and the typed word', async () => {
    const { asked } = await open(`/members/${A}`, ['see', 'branch', 'members'], (one) => (one.method === 'GET' && one.path === `/office/v1/members/${A}` ? MERGED : answer(one)))
    await press('撤销合并')
    await vi.waitFor(() => expect(shown()).toContain('储值本金 385.00'))
    expect(shown()).toContain('李* 的往来用掉了 张伟伟 的：储值本金 25.00')
    expect(button('S-9')).toBeDefined()
    await fill('.side-panel input[maxlength="200"]', '其实是父子')
    document.body.querySelector<HTMLButtonElement>('.side-panel .actions button')?.click()
    await flushPromises()
    const confirm = () => [...document.body.querySelectorAll<HTMLButtonElement>('.el-dialog button')].at(-1)
    expect(confirm()?.disabled).toBe(true)
    await fill('.el-dialog input', '张伟伟')
    confirm()?.click()
    await flushPromises()
    expect(asked.find(({ method }) => method === 'POST')).toMatchObject({ path: `/office/v1/members/${A}/unmerge`, body: { reason: '其实是父子' } })
  })
  it('gives coupons of templates that are taken, to whom may', async () => {
    const { asked } = await open(`/members/${A}`, ['see', 'branch', 'goods'])
    await press('发券')
    await fill('.side-panel input[maxlength="200"]', '补偿')
    await vi.waitFor(() => expect([...document.body.querySelectorAll<HTMLButtonElement>('.side-panel form button')].at(-1)?.disabled).toBe(false))
    document.body.querySelector<HTMLFormElement>('.side-panel form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await flushPromises()
    expect(asked.find(({ method }) => method === 'POST')).toMatchObject({ path: `/office/v1/members/${A}/coupons`, body: { template: 'tea', count: 1, reason: '补偿', last_day: '' } })
  })
  it('saves only the profile fields that changed', async () => {
    const { asked } = await open(`/members/${A}?tab=profile`, ['see', 'branch', 'members'])
    await vi.waitFor(() => expect(document.body.querySelectorAll('.two input').length).toBeGreaterThan(7))
    expect([...document.body.querySelectorAll('td')].map((cell) => cell.textContent)).toContain('张伟')
    await fill('.two input', '张伟')
    await press('保存')
    expect(asked.find(({ method }) => method === 'PUT')?.body).toEqual({ fields: { name: '张伟' } })
  })
  it('tells each card with its state, and reports one lost with a reason', async () => {
    const { asked } = await open(`/members/${A}?tab=cards`, ['see', 'branch', 'members'])
    await vi.waitFor(() => expect(shown()).toContain('80010001'))
    expect(shown()).toContain('资料里没有卡号')
    expect(button('解除挂失')).toBeDefined()
    await press('挂失')
    await fill('.el-dialog input', '来电')
    ;[...document.body.querySelectorAll<HTMLButtonElement>('.el-dialog button')].at(-1)?.click()
    await flushPromises()
    expect(asked.find(({ method }) => method === 'POST')).toMatchObject({ path: `/office/v1/members/${A}/cards`, body: { card: 'e'.repeat(32), lost: true, reason: '来电' } })
  })
  it('says in the office’s words why a member cannot be seen', async () => {
    await open(`/members/${A}`, ['branch'], (asked) => (asked.path.includes(A) ? new Refusal(404, 'unknown_member') : answer(asked)))
    await vi.waitFor(() => expect(shown()).toContain('unknown_member'))
  })
})

describe('a batch', () => {
  it('asks for a second person above the limit, and never lets its maker approve', async () => {
    await open(`/members/batches/${B}`, ['see', 'adjust', 'approve'])
    await vi.waitFor(() => expect(button('提交审批')).toBeDefined())
    expect(button('批准')).toBeUndefined()
    expect(shown()).toContain('1 行有问题')
  })
  it('is undone with a reason, by who may give such a thing', async () => {
    const done = { ...BATCH, kind: 'coupons', what: 'tea', source: 'members:tag=VIP', state: 'done', sums: { ...SUMS, amount: 4, bonus: 0, done: 2 } }
    const { asked } = await open(`/members/batches/${B}`, ['see', 'goods'], (one) => (one.method === 'GET' && one.path.endsWith(`/batches/${B}`) ? done : answer(one)))
    await vi.waitFor(() => expect(button('撤销这一批')).toBeDefined())
    expect(shown()).toContain('会员筛选：标签 VIP')
    await press('撤销这一批')
    await fill('.el-dialog input', '发错了')
    ;[...document.body.querySelectorAll<HTMLButtonElement>('.el-dialog button')].at(-1)?.click()
    await flushPromises()
    expect(asked.find(({ method }) => method === 'POST')).toMatchObject({ path: `/office/v1/batches/${B}/undo`, body: { reason: '发错了' } })
  })
  it('is carried out and undone by nobody who may not', async () => {
    await open(`/members/batches/${B}`, ['see', 'adjust'], (one) => (one.path.endsWith(`/batches/${B}`) ? { ...BATCH, kind: 'coupons', what: 'tea', state: 'undoing' } : answer(one)))
    await vi.waitFor(() => expect(shown()).toContain('可撤销'))
    expect([button('执行撤销'), button('撤销这一批')]).toEqual([undefined, undefined])
  })
  it('is approved by another', async () => {
    const { asked } = await open(`/members/batches/${B}`, ['see', 'approve'], (one) => (one.path.endsWith(`/batches/${B}`) ? { ...BATCH, state: 'proposed' } : answer(one)))
    await vi.waitFor(() => expect(button('批准')).toBeDefined())
    await press('批准')
    expect(asked.some(({ method, path }) => method === 'POST' && path.endsWith('/approve'))).toBe(true)
  })
})

describe('the designer of fields', () => {
  it('sends all fields in their order with the version they were made of', async () => {
    const { asked } = await open('/members/fields', ['see', 'settings'])
    await vi.waitFor(() => expect(document.body.querySelector('.label input')).not.toBeNull())
    const save = () => button('保存并下发') as HTMLButtonElement
    expect(save().disabled).toBe(true)
    await press('新增字段')
    expect(save().disabled).toBe(true)
    const labels = document.body.querySelectorAll<HTMLInputElement>('.label input')
    expect(labels).toHaveLength(2)
    const [, second] = labels
    if (second) {
      second.value = '宠物名'
      second.dispatchEvent(new Event('input', { bubbles: true }))
    }
    await flushPromises()
    await press('保存并下发')
    expect(asked.find(({ method }) => method === 'PUT')?.body).toEqual({
      version: 1,
      fields: [FIELDS.fields[0], { name: 'field_2', label: '宠物名', kind: 'text', choices: [], required: false, shown: true }],
    })
  })
})
