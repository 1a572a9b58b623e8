/** Order mode: named baskets side by side. A ticket is a held basket; the one in hand is open at this till. */
import { computed, ref, shallowRef } from 'vue'
import { browserStore } from '@stayopen/kit'
import type { BasketRow } from '../types'
import { api, result } from './node'
import * as sale from './sale'
import { setUp } from './setup'
import { tell, tried } from './tell'

const store = browserStore()
const chosen = ref(store.get('mode') ?? '')

/** Whether this till works by tickets: as chosen here, else as the chain wants it. */
export const byTickets = computed(() => (chosen.value ? chosen.value === 'tickets' : (setUp.value?.order_mode ?? false)))

/** Choose for this machine. */
export function setByTickets(value: boolean): void {
  chosen.value = value ? 'tickets' : 'counter'
  store.set('mode', chosen.value)
}

/** The tickets put aside, oldest first as the guests came; null until they were read. */
export const tickets = shallowRef<BasketRow[] | null>(null)

/** Whether the board of tickets is what there is to see: nothing is in hand. */
export const atBoard = computed(() => byTickets.value && !sale.basket.value)

/** Read the tickets anew. */
export async function read(): Promise<void> {
  const found = await tried(sale.elsewhere)
  if (found) tickets.value = [...found.held].reverse()
}

/** Begin a ticket under a name; `attendant`: who serves, '' nobody in particular. */
export async function begin(label: string, attendant: string): Promise<boolean> {
  if (!(await sale.putAside())) return false
  try {
    // a name is given by holding, and a ticket that lost its way in between lies among the held ones
    const { basket } = await api.act('POST', sale.LIST, { body: {} }).then(result)
    await api.act('POST', '/api/v1/baskets/{basket}/hold', { ...sale.at(basket), body: { note: label } })
    if (!(await sale.recall(basket))) return false
    sale.served.value = attendant
    return true
  } catch (error) {
    tell(error)
    return false
  }
}

/** Put the ticket in hand back among the others. */
export async function putBack(): Promise<boolean> {
  const done = await sale.putAside()
  if (done) await read()
  return done
}
