import { createApp, defineComponent, h, nextTick } from 'vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Refused, Unreachable } from '@stayopen/kit'
import en from '../src/messages/en/helpTexts'
import zhCN from '../src/messages/zh-CN/helpTexts'
import zhTW from '../src/messages/zh-TW/helpTexts'

const app = vi.hoisted(() => ({ broken: false }))
vi.mock('../src/App.vue', () => ({
  default: defineComponent({
    render: () => {
      if (app.broken) throw new TypeError('王小明的资料')
      return h('main', 'till')
    },
  }),
}))

const fault = await import('../src/stores/fault')
const { notice, dismiss } = await import('../src/stores/notice')
const { i18n } = await import('../src/i18n')
const { default: Root } = await import('../src/Root.vue')
const help = await import('../src/stores/help')
const session = await import('../src/stores/session')
const pages = await import('../src/stores/pages')

/** The page as main.ts puts it up. */
function page(): HTMLElement {
  const root = document.createElement('div')
  const till = createApp(Root).use(i18n)
  till.config.errorHandler = fault.note
  till.mount(root)
  return root
}

beforeEach(() => {
  app.broken = false
  fault.goOn()
  dismiss()
  localStorage.clear()
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
})

describe('a fault of the page', () => {
  it('shows a calm word in place of a white page, and the way on', async () => {
    app.broken = true
    const root = page()
    await nextTick()
    expect(root.querySelector('[role=alert]')).not.toBeNull()
    app.broken = false
    root.querySelector<HTMLElement>('.go')?.click()
    await nextTick()
    expect(root.textContent).toBe('till')
  })
  it('is told by kind and place, never by its text', () => {
    fault.note(new TypeError('王小明的资料'))
    expect(fault.fault.value).toMatch(/^TypeError/)
    expect(fault.fault.value).not.toContain('王小明')
  })
  it('is none when the node refused or was silent: that is told in its own words', () => {
    fault.note(new Refused({ code: 'x', message: '不行。', kept: '', next: '', evidence: {} }, 409))
    expect([fault.fault.value, notice.value?.message]).toEqual(['', '不行。'])
    fault.note(new Unreachable())
    expect([fault.fault.value, notice.value?.kind]).toEqual(['', 'refused'])
  })
})

describe('training', () => {
  it('speaks to another world, settled while the page loads', async () => {
    expect((await import('../src/stores/training')).base).toBe('')
    sessionStorage.setItem('stayopen.training', 'on')
    vi.resetModules()
    expect((await import('../src/stores/training')).base).toBe('/training')
    sessionStorage.clear()
    vi.resetModules()
  })
})

describe('help', () => {
  it('has the same topics and as many lines in every language', () => {
    const shape = (texts: object) => Object.entries(texts).map(([name, { lines }]) => `${name} ${lines.length}`)
    expect([shape(zhTW), shape(en)]).toEqual([shape(zhCN), shape(zhCN)])
    for (const texts of [zhCN, zhTW, en]) for (const { title, lines } of Object.values(texts)) expect([title, ...lines].every((line) => line.trim())).toBe(true)
  })
  it('knows the present screen', () => {
    session.started.value = true
    session.me.value = null
    expect(help.present()).toBe('sign-in')
    session.me.value = { staff: '1001', roles: ['cashier'] } as never
    session.shift.value = null
    expect(help.present()).toBe('open-shift')
    session.shift.value = { state: 'counted' } as never
    expect(help.present()).toBe('shift')
    session.shift.value = { state: 'open' } as never
    expect(help.present()).toBe('selling')
    pages.openPage('sync')
    expect(help.present()).toBe('sync')
    pages.openPage('topUp')
    expect(help.present()).toBe('members')
    pages.closePage()
  })
})

describe('the tour', () => {
  it('is offered to each person once on this machine', () => {
    session.me.value = { staff: '1002', roles: ['cashier'] } as never
    expect(help.isNew.value).toBe(true)
    help.endTour()
    expect([help.isNew.value, localStorage.getItem('stayopen.tour.1002')]).toEqual([false, 'seen'])
    session.me.value = { staff: '1003', roles: ['cashier'] } as never
    expect(help.isNew.value).toBe(true)
  })
  it('shows a manager other places than a cashier, and ends behind the last', () => {
    session.me.value = { staff: '1001', roles: ['cashier'] } as never
    const cashier = help.marks.value.map((mark) => mark.name)
    session.me.value = { staff: '9001', roles: ['manager'] } as never
    expect(help.marks.value.map((mark) => mark.name)).not.toEqual(cashier)
    help.startTour()
    help.walk(-1)
    expect(help.step.value).toBe(0)
    for (let n = 0; n < help.marks.value.length; n++) help.walk(1)
    expect([help.step.value, help.isNew.value]).toEqual([null, false])
  })
})
