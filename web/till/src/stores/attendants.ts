/** Who works here and may be named on a line. */
import { shallowRef } from 'vue'
import type { Attendant } from '../types'
import { api } from './node'

/** Nobody until they were read. */
export const attendants = shallowRef<Attendant[]>([])

/** How many people may serve one line, as the node takes it. */
export const MOST = 4

/** Read them anew. */
export async function readAttendants(): Promise<void> {
  attendants.value = (await api.ask('GET', '/api/v1/attendants')).attendants
}

/** The names behind staff numbers joined by commas; a number that is not known stands for itself. */
export function names(numbers: string): string {
  const known = new Map(attendants.value.map((one) => [one.number, one.name]))
  return numbers.split(',').filter(Boolean).map((number) => known.get(number) ?? number).join(' · ')
}

/** Put a number in, or take it out; the first `MOST` stay. */
export function toggle(numbers: string, number: string): string {
  const all = numbers.split(',').filter(Boolean)
  const next = all.includes(number) ? all.filter((one) => one !== number) : [...all, number]
  return next.slice(0, MOST).join(',')
}
