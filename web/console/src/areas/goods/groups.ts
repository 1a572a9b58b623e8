/** Categories, brands, units and price levels in use: for choices, read when a page needs them. */
import { shallowRef } from 'vue'
import { api, type Schema } from '../../api'
import { tried } from '../../tell'

export type Groups = Schema<'Groups'>

export const groups = shallowRef<Groups>({ categories: [], brands: [], units: [], levels: [] })

/** Read them anew. */
export async function readGroups(): Promise<void> {
  const found = await tried(() => api.ask('GET', '/office/v1/product-groups'))
  if (found) groups.value = found
}

/** The names that products bear. */
export const namesOf = (list: Groups['categories']): string[] => list.map(({ name }) => name).filter(Boolean)
