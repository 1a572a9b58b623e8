import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import FreshnessNote from '../src/components/FreshnessNote.vue'
import { i18n } from '../src/i18n'
import { office, Refusal } from './office'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('how fresh figures are', () => {
  it('is told while something waits, and when it is in one may read again', async () => {
    let waiting = 40
    const asked = office(() => ({ facts: 1_000, waiting, at: 1 }))
    const note = mount(FreshnessNote, { global: { plugins: [i18n] } })
    await vi.waitFor(() => expect(note.text()).toContain('还有 40 条'))
    expect(note.text()).toContain('1000')
    waiting = 0
    await vi.advanceTimersByTimeAsync(5_000)
    await vi.waitFor(() => expect(note.text()).toContain('新到的记录已经计入'))
    await note.find('button').trigger('click')
    expect(note.emitted('again')).toHaveLength(1)
    expect(note.text()).toBe('')
    note.unmount()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(asked).toHaveLength(2)
  })

  it('is not spoken of while nothing waits, nor when the office does not say', async () => {
    let away = false
    const asked = office(() => (away ? new Refusal(500, 'internal') : { facts: 9, waiting: 0, at: 1 }))
    const note = mount(FreshnessNote, { global: { plugins: [i18n] } })
    await flushPromises()
    away = true
    await vi.advanceTimersByTimeAsync(60_000)
    await vi.waitFor(() => expect(asked).toHaveLength(2))
    expect(note.text()).toBe('')
    note.unmount()
  })
})
