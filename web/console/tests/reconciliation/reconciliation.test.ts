import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import BalancePage from '../../src/areas/reconciliation/BalancePage.vue'
import EntitiesPage from '../../src/areas/reconciliation/EntitiesPage.vue'
import LiabilityPage from '../../src/areas/reconciliation/LiabilityPage.vue'
import MatrixPage from '../../src/areas/reconciliation/MatrixPage.vue'
import PeriodsPage from '../../src/areas/reconciliation/PeriodsPage.vue'
import StatementsPage from '../../src/areas/reconciliation/StatementsPage.vue'
import { amounts, others, step, STEPS, type Grid } from '../../src/areas/reconciliation/heat'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { type Asked, office, Refusal, USER } from '../office'

const BRANCHES = [
  { branch: 'b001', name: '南京路店' },
  { branch: 'b002', name: '<b>徐家汇店</b>' },
]
const PERIOD = { n: 2, period: '', first_day: '', last_day: '', state: 'open', by: '', at: 0, digest: '' }
const CLOSED = { n: 1, period: 'x', first_day: '2026-10-01', last_day: '2026-10-31', state: 'closed', by: 'sun.qi', at: 1, digest: 'ab'.repeat(32) }
const side = (name: string, rank: number, owes: number, owed: number, rest = 0) => ({ side: name, rank, owes, owed, rest })
/** Three sides, of which two rows and two columns are shown: b003 owes b002 and HQ something, too. */
const GRID: Grid = {
  period: PERIOD,
  first_day: '2026-11-01',
  columns: ['bonus', 'principal'],
  debtors: [side('b001', 2, 42_000, 60), side('b002', 1, 60, 42_901)],
  creditors: [side('b002', 1, 60, 42_901, 901), side('b001', 2, 42_000, 60)],
  cells: [
    { debtor: 'b001', creditor: 'b002', amount: 42_000 },
    { debtor: 'b002', creditor: 'b001', amount: 60 },
  ],
  rest: 100, total: 43_061, most: 42_000, sides: 62, debtors_found: 62, creditors_found: 2, late_rows: 3, late_amount: 8_800, later_rows: 1, later_amount: 1_200,
}
const LINES = [
  { unit: 'money', account: 'lot', asset: 'principal', debit: 0, credit: 60_000, parts: 3 },
  { unit: 'money', account: 'cash', asset: '', debit: 100_000, credit: 0, parts: 1 },
  { unit: 'money', account: 'sales', asset: '', debit: 0, credit: 40_000, parts: 1 },
  { unit: 'uses:CARD10', account: 'lot', asset: 'uses:CARD10', debit: 0, credit: 7, parts: 1 },
]
const SETTLEMENT = {
  period: PERIOD,
  parties: [
    { party: 'EAST', branches: ['b001'], net: -36_501 },
    { party: 'HQ', branches: ['HQ'], net: 501 },
    { party: 'b002', branches: ['b002'], net: 36_000 },
  ],
  first_day: '2026-11-01',
  late_rows: 2,
  late_amount: 7_700,
  later_rows: 0,
  later_amount: 0,
  cells: [],
  inside: [],
  transfers: [{ payer: 'EAST', payee: 'b002', amount: 36_000 }],
}
const STATEMENT = {
  period: PERIOD, first_day: '2026-11-01', party: 'EAST', entity: '', names: { b009: '新店' }, branches: ['b001'], net: -36_000, bonus_unpaid: 0, inside: [], transfers: [],
  lines: [{ other: 'b002', column: 'principal', owed: 0, owes: 36_000 }],
  late: [{ day: '2026-10-30', other: 'b002', column: 'principal', owed: 0, owes: 1_000 }],
}
const CHECKS = [
  { code: 'unsent', found: 0, branches: [] },
  { code: 'silent', found: 1, branches: ['b002'] },
]
let router: Router
let refuse = ''

beforeEach(async () => {
  localStorage.clear()
  refuse = ''
  me.value = { ...USER, duties: ['see', 'settle', 'settings'] }
  document.body.innerHTML = ''
  router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:any(.*)*', name: 'any', component: { template: '' } }, { path: '/s', name: 'statements', component: { template: '' } }] })
  await router.push('/here')
})
afterEach(() => vi.unstubAllGlobals())

function answers({ method, path }: Asked): unknown {
  const [where = ''] = path.replace('/office/v1', '').split('?')
  if (where === '/branches') return { branches: BRANCHES, next: '' }
  if (where === '/legal-entities') return { entities: [{ entity: 'EAST', name: '沪东商贸', number: '', branches: ['b001'] }], belongings: [], alone: ['HQ', 'b002'], locked: '' }
  if (where === '/trial-balance') return { rows: LINES, next: '', sums: {} }
  if (where === '/periods') return { periods: [PERIOD, CLOSED], since: '2026-11-01', late: { 1: 4 } }
  if (where === '/periods/checks') return { first_day: '2026-11-01', last_day: new URLSearchParams(path.split('?')[1]).get('last_day'), checks: CHECKS }
  if (where === '/periods/close') return refuse ? new Refusal(409, refuse) : CLOSED
  if (where.endsWith('/grid')) return GRID
  if (where.endsWith('/settlement')) return SETTLEMENT
  if (where.includes('/statements/') && !where.endsWith('/file')) return STATEMENT
  if (where.endsWith('/file')) return new Response(new Blob(['%PDF-']), { headers: { 'Content-Disposition': 'attachment; filename="statement-2-EAST.pdf"' } })
  if (where === '/liability') return { rows: [{ issuer: 'b001', issuer_name: '南京路店', to_30: 500, to_90: 0, to_180: 0, to_365: 0, older: 70, owed: 570, lots: 2 }], next: '', sums: { owed: 570 } }
  if (method === 'GET') return { rows: [], next: '', sums: {} }
  return { done: true }
}

async function show(page: object) {
  const made = mount(page, { global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
  return made
}
const asked = (all: Asked[], part: string) => all.map(({ path }) => path).filter((path) => path.includes(part))

describe('the trial balance', () => {
  it('shows each unit with its two sums and says whether they are equal', async () => {
    office(answers)
    const page = await show(BalancePage)
    const [money, uses] = page.findAll('section.panel')
    expect(money?.text()).toContain('借贷相等')
    expect(money?.find('tfoot').text()).toContain('1,000.00')
    expect(uses?.text()).toContain('次数 CARD10')
    expect(uses?.find('[role=alert]').text()).toContain('借贷不等')
  })

  it('goes down from an asset to its issuers, their lots and the acts of a lot, each place in the address', async () => {
    const all = office(answers)
    const page = await show(BalancePage)
    await page.find('tbody tr').trigger('click')
    await flushPromises()
    expect(router.currentRoute.value.query).toMatchObject({ account: 'lot', asset: 'principal' })
    expect(asked(all, '/trial-balance/issuers')[0]).toContain('asset=principal')
    await router.replace({ query: { account: 'lot', asset: 'principal', issuer: 'b001' } })
    await flushPromises()
    expect(asked(all, '/lots?')[0]).toContain('issuer=b001')
    await router.replace({ query: { account: 'lot', asset: 'principal', issuer: 'b001', lot: 'ab'.repeat(16) } })
    await flushPromises()
    expect(asked(all, `/lots/${'ab'.repeat(16)}/acts`)).toHaveLength(1)
  })
})

describe('the liability', () => {
  it('asks for ages as of today, and a figure opens the lots of its age', async () => {
    const all = office(answers)
    const page = await show(LiabilityPage)
    expect(asked(all, '/liability?')[0]).toMatch(/asset=principal&day=\d{4}-\d\d-\d\d/)
    const [recent, old] = page.findAll('button.figure')
    expect(recent?.text()).toBe('5.00')
    await old?.trigger('click')
    await flushPromises()
    expect(router.currentRoute.value.query).toMatchObject({ issuer: 'b001' })
    expect(router.currentRoute.value.query['to']).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(router.currentRoute.value.query['from']).toBeUndefined()
  })
})

describe('the matrix', () => {
  it('adds up with what is left out: each row, each column, the corner and the nets', () => {
    expect(amounts(GRID).get('b001>b002')).toBe(42_000)
    const rest = others(GRID)
    expect(rest).toEqual({ rows: 60, columns: 60, owes: 1_001, owed: 100, net: -901 })
    const shown = GRID.cells.reduce((sum, { amount }) => sum + amount, 0)
    const rests = [...GRID.debtors, ...GRID.creditors].reduce((sum, one) => sum + one.rest, GRID.rest)
    expect(shown + rests).toBe(GRID.total)
  })

  it('shows the others as a row and a column, and goes on to the next part by the address', async () => {
    const all = office(answers)
    const page = await show(MatrixPage)
    expect(page.find('tr.others').text()).toContain('其余 60 家')
    expect(page.find('tr.others').text()).toContain('9.01')
    expect(page.find('tr.others').text()).toContain('10.01')
    await page.findAll('.pager button')[1]?.trigger('click')
    await flushPromises()
    expect(router.currentRoute.value.query).toMatchObject({ debtors_from: '40' })
    expect(asked(all, '/grid').at(-1)).toContain('debtors_from=40')
    await page.find('input[aria-label="查找收款方"]').setValue('徐家汇')
    await flushPromises()
    expect(decodeURIComponent(asked(all, '/grid').at(-1) ?? '')).toContain('creditor=徐家汇')
  })

  it('says what came late, and opens those rows', async () => {
    const all = office(answers)
    const page = await show(MatrixPage)
    expect(page.find('.late').text()).toContain('3')
    expect(page.find('.late').text()).toContain('88.00')
    expect(page.findAll('.late')[1]?.text()).toContain('12.00')
    await page.find('.late button').trigger('click')
    await flushPromises()
    expect(asked(all, '/rows?')[0]).toContain('late=true')
  })

  it('is darker for more, also for what is taken back, and plain for nothing', () => {
    expect(step(0, 100)).toBe(0)
    expect(step(1, 100)).toBe(1)
    expect(step(-100, 100)).toBe(STEPS)
  })

  it('opens the rows of a cell, and names never become markup', async () => {
    const all = office(answers)
    const page = await show(MatrixPage)
    expect(page.html()).not.toContain('<b>徐家汇店</b>')
    expect(page.text()).toContain('<b>徐家汇店</b>')
    await page.findAll('td button').find((cell) => cell.text() === '420.00')?.trigger('click')
    await flushPromises()
    expect(asked(all, '/periods/0/rows')[0]).toContain('debtor=b001&creditor=b002')
  })
})

describe('the statements', () => {
  it('show nets that sum to zero, payments, and a statement with its late lines', async () => {
    office(answers)
    const page = await show(StatementsPage)
    expect(page.find('tfoot').text()).toContain('0.00')
    expect(page.text()).toContain('360.00')
    await page.findAll('tbody tr')[2]?.trigger('click')
    await flushPromises()
    const panel = document.body.querySelector('.side-panel')?.textContent ?? ''
    expect(panel).toContain('沪东商贸')
    expect(panel).toContain('2026-10-30')
  })

  it('are the own branch’s alone for who belongs to one, with the rows that are his', async () => {
    const all = office(answers)
    me.value = { ...USER, role: 'branch_manager', branch: 'b009', duties: ['branch'] }
    const page = await show(StatementsPage)
    expect(page.find('h1').text()).toContain('新店')
    expect(asked(all, '/statements/')).toEqual(['/office/v1/periods/0/statements/b009'])
    expect(asked(all, '/settlement')).toEqual([])
    expect(asked(all, '/legal-entities')).toEqual([])
    await page.findAll('.actions button')[0]?.trigger('click')
    await flushPromises()
    expect(asked(all, '/periods/0/rows')[0]).toContain('side=b009')
  })

  it('save a file in the language of the page', async () => {
    const all = office(answers)
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => undefined }))
    const page = await show(StatementsPage)
    await page.findAll('.actions button')[0]?.trigger('click')
    await flushPromises()
    expect(asked(all, '/settlement/file')).toEqual(['/office/v1/periods/0/settlement/file?format=pdf&language=zh-CN'])
  })
})

describe('closing a period', () => {
  async function panel() {
    const page = await show(PeriodsPage)
    await page.find('.actions button').trigger('click')
    await flushPromises()
    const side = document.body.querySelector('.side-panel') as HTMLElement
    const act = side.querySelector('.el-drawer__footer button') as HTMLButtonElement
    return { page, side, act }
  }

  it('waits until each open point was seen', async () => {
    office(answers)
    const { side, act } = await panel()
    expect(side.querySelectorAll('li.due')).toHaveLength(1)
    expect(act.disabled).toBe(true)
    ;(side.querySelector('li.due input') as HTMLInputElement).click()
    await flushPromises()
    expect(act.disabled).toBe(false)
  })

  it('needs the day typed, tells the office what was seen, and shows the list anew when it has changed', async () => {
    const all = office(answers)
    const { side, act } = await panel()
    ;(side.querySelector('li.due input') as HTMLInputElement).click()
    await flushPromises()
    act.click()
    await flushPromises()
    const dialog = document.body.querySelector('.el-dialog') as HTMLElement
    const word = dialog.querySelector('input') as HTMLInputElement
    const confirm = dialog.querySelector('.el-button--danger') as HTMLButtonElement
    expect(confirm.disabled).toBe(true)
    word.value = /\d{4}-\d\d-\d\d/.exec(dialog.textContent ?? '')?.[0] ?? ''
    word.dispatchEvent(new Event('input'))
    await flushPromises()
    refuse = 'not_confirmed'
    confirm.click()
    await flushPromises()
    expect(all.find(({ path }) => path.endsWith('/close'))?.body).toMatchObject({ confirmed: ['silent'] })
    expect(side.querySelector('[role=alert]')?.textContent).toContain('not_confirmed')
    expect(asked(all, '/periods/checks').length).toBeGreaterThan(1)
  })

  it('is not offered to who may not settle', async () => {
    office(answers)
    me.value = { ...USER, duties: ['see'] }
    expect((await show(PeriodsPage)).find('.actions').exists()).toBe(false)
  })
})

describe('legal entities', () => {
  it('are listed with their branches, and put with the code in capitals', async () => {
    const all = office(answers)
    const page = await show(EntitiesPage)
    expect(page.text()).toContain('沪东商贸')
    await page.findAll('.actions button')[1]?.trigger('click')
    await flushPromises()
    const [code, name] = [...document.body.querySelectorAll('.side-panel input')] as HTMLInputElement[]
    for (const [field, text] of [[code, 'west'], [name, '沪西餐饮']] as const) {
      if (field) field.value = text
      field?.dispatchEvent(new Event('input'))
    }
    await flushPromises()
    ;(document.body.querySelector('.side-panel form') as HTMLFormElement).dispatchEvent(new Event('submit'))
    await flushPromises()
    expect(all.find(({ method }) => method === 'PUT')).toMatchObject({ path: '/office/v1/legal-entities/WEST', body: { name: '沪西餐饮', number: '' } })
  })
})
