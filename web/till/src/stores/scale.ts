/** The shop's scale: which one this till uses, and what lies on it. */
import { computed, ref, shallowRef } from 'vue'
import type { Device } from '../types'
import { api, Refused } from './node'
import { till } from './session'

const devices = shallowRef<Device[]>([])

/** The scale of this till: its own before one that serves every till. */
export const scale = computed<Device | undefined>(() => {
  const mine = (device: Device): number => {
    const ranks = device.roles.filter((duty) => duty.role === 'scale' && ['', till.value].includes(duty.till))
    return Math.min(...ranks.map((duty) => duty.rank - (duty.till ? 1000 : 0)))
  }
  return devices.value.filter((device) => mine(device) < Infinity).sort((a, b) => mine(a) - mine(b))[0]
})

/** Look which scales there are; without any, weights are typed. */
export async function findScale(): Promise<void> {
  try {
    devices.value = (await api.ask('GET', '/api/v1/devices')).accepted.filter((device) => device.kind === 'scale')
  } catch {
    devices.value = []
  }
}

/** A steady weight is being waited for. */
export const weighing = ref(false)

/** Wait for a steady weight in grams; a refusal says in words what is wrong with the scale. */
export async function weigh(): Promise<{ grams: number } | { wrong: string }> {
  const device = scale.value
  if (!device) return { wrong: '' }
  weighing.value = true
  try {
    return { grams: (await api.ask('GET', '/api/v1/devices/{device}/weight', { path: { device: device.device } })).grams }
  } catch (error) {
    return { wrong: error instanceof Refused ? `${error.problem.message} ${error.problem.next}`.trim() : '' }
  } finally {
    weighing.value = false
  }
}
