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

/** Levels of the tree of categories. */
export const LEVELS = 3
/** A category as choices show it: further in, the further down it stands. */
export const indented = ({ name, level }: Groups['categories'][number]): string => '　'.repeat(level - 1) + name

/** A category and all below it. */
export function below(name: string): string[] {
  const every = groups.value.categories
  const found = [name]
  // each stands before those below it
  for (const one of every) if (one.parent && found.includes(one.parent)) found.push(one.name)
  return found
}

/** The names that products bear. */
export const namesOf = (list: Groups['brands']): string[] => list.map(({ name }) => name).filter(Boolean)
