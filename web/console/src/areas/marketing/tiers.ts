/** The chain's tiers by rank, for choices. */
import { shallowRef } from 'vue'
import { api, type Schema } from '../../api'
import { tried } from '../../tell'

export type Tier = Schema<'Tier'>
export const tiers = shallowRef<Tier[]>([])

/** Read them anew. */
export async function readTiers(): Promise<void> {
  const found = await tried(() => api.ask('GET', '/office/v1/tiers', { query: { limit: 200 } }))
  if (found) tiers.value = found.rows
}

/** A tier's name, else its code; "" for none. */
export const tierName = (code: string): string => tiers.value.find((one) => one.code === code)?.name ?? code
