import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import LimitDialog from '../../src/areas/discrepancies/LimitDialog.vue'
import { i18n } from '../../src/i18n'
import { me } from '../../src/session'
import { office, Refusal, USER } from '../office'

enableAutoUnmount(afterEach)
beforeEach(() => {
  me.value = { ...USER, duties: ['see', 'settings'] }
  document.body.innerHTML = ''
})
afterEach(() => vi.unstubAllGlobals())

async function show() {
  const made = mount(LimitDialog, { global: { plugins: [i18n] }, attachTo: document.body })
  await flushPromises()
  return made
}
const field = () => document.querySelector<HTMLInputElement>('.el-dialog input')
async function save(text: string) {
  const input = field() as HTMLInputElement
  input.value = text
  input.dispatchEvent(new Event('input'))
  await flushPromises()
  ;[...document.querySelectorAll<HTMLButtonElement>('button')].find((one) => one.textContent?.trim() === '保存')?.click()
  await flushPromises()
}

describe('the limit for one person', () => {
  it('is shown in yuan and saved to the cent', async () => {
    const asked = office(({ method }) => ({ limit: method === 'GET' ? 50_000 : 80_050 }))
    const made = await show()
    expect(field()?.value).toBe('500.00')
    await save('800.5')
    expect(asked.at(-1)).toMatchObject({ method: 'PUT', path: '/office/v1/resolve-limit', body: { limit: 80_050 } })
    expect(made.emitted('close')).toHaveLength(1)
  })

  it.each(['', 'abc', '-1', '1e9', '1.005'])('is not taken as %o', async (text) => {
    const asked = office(() => ({ limit: 50_000 }))
    const made = await show()
    await save(text)
    expect(asked).toHaveLength(1)
    expect(document.querySelector('[role=alert]')?.textContent).toBe('请填写不小于 0 的金额')
    expect(field()?.value).toBe(text)
    expect(made.emitted('close')).toBeUndefined()
  })

  it('keeps what was typed when it is refused', async () => {
    office(({ method }) => (method === 'GET' ? { limit: 0 } : new Refusal(403, 'forbidden')))
    const made = await show()
    await save('1')
    expect(document.querySelector('[role=alert]')?.textContent).toContain('forbidden')
    expect(field()?.value).toBe('1')
    expect(made.emitted('close')).toBeUndefined()
  })
})
