import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Device } from '../src/types'

const ask = vi.fn()
vi.mock('../src/stores/node', async () => {
  const { Refused, Unreachable } = await import('@stayopen/kit')
  return { api: { ask }, Refused, Unreachable, onEnded: () => undefined, storedToken: () => '' }
})

const { Refused } = await import('@stayopen/kit')
const scales = await import('../src/stores/scale')
const { till } = await import('../src/stores/session')

const device = (name: string, of: string, rank = 0, kind = 'scale'): Device => ({ device: name, kind, roles: [{ role: 'scale', till: of, rank }] }) as unknown as Device
const found = (...accepted: Device[]) => ask.mockResolvedValueOnce({ accepted, offered: [], ignored: [] })

beforeEach(() => {
  ask.mockReset()
  till.value = 'till-1'
})

describe('the scale', () => {
  it('is the till’s own before one that serves all, and never another till’s', async () => {
    found(device('all', ''), device('other', 'till-2'), device('mine', 'till-1', 3), device('drawer', 'till-1', 0, 'cash_drawer'))
    await scales.findScale()
    expect(scales.scale.value?.device).toBe('mine')
  })
  it('is none where there is none, or where devices cannot be read', async () => {
    found(device('other', 'till-2'))
    await scales.findScale()
    expect(scales.scale.value).toBeUndefined()
    ask.mockRejectedValueOnce(new Error('no devices'))
    await scales.findScale()
    expect(scales.scale.value).toBeUndefined()
  })
  it('tells its weight, or in words what is wrong with it', async () => {
    found(device('mine', 'till-1'))
    await scales.findScale()
    ask.mockResolvedValueOnce({ grams: 735, tare: 0 })
    expect(await scales.weigh()).toEqual({ grams: 735 })
    ask.mockRejectedValueOnce(new Refused({ code: 'unstable', message: '秤不稳定。', kept: '', next: '请放稳再称。', evidence: {} }, 409))
    expect([await scales.weigh(), scales.weighing.value]).toEqual([{ wrong: '秤不稳定。 请放稳再称。' }, false])
  })
})
