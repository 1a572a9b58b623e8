/** The catalogue as the grid leafs through it, and the search. */
import { computed, ref, shallowRef } from 'vue'
import type { Product } from '../types'
import { api } from './node'

/** How many tiles one page of the grid holds. */
const PAGE = 60

export const category = ref('')
export const tiles = shallowRef<Product[]>([])
export const more = ref('')
export const ready = ref(false)
/** The categories of what is sold, each before those below it. */
const categories = shallowRef<{ name: string; parent: string }[]>([])

/** What the bar shows: the category chosen after those above it, then those beside it, or below it when there are any. */
export const bar = computed(() => {
  const below = (name: string): string[] => categories.value.filter(({ parent }) => parent === name).map((one) => one.name)
  const above = (name: string): string => categories.value.find((one) => one.name === name)?.parent ?? ''
  const path: string[] = []
  const chosen = category.value
  for (let name = below(chosen).length ? chosen : above(chosen); name && !path.includes(name); name = above(name)) path.unshift(name)
  return { path, names: below(path.at(-1) ?? '') }
})

let wanted = 0

function page(after: string, limit: number, of: string): Promise<{ products: Product[]; next: string }> {
  return api.ask('GET', '/api/v1/products', { query: { category: of, after, limit } })
}

/** Show a category from its beginning; '' shows everything. */
export async function show(name: string): Promise<void> {
  const mine = ++wanted
  category.value = name
  const first = await page('', PAGE, name)
  if (mine !== wanted) return
  tiles.value = first.products
  more.value = first.next
  ready.value = true
}

/** Add the next page of the category shown. */
export async function showMore(): Promise<void> {
  if (!more.value) return
  const mine = wanted
  const after = more.value
  more.value = ''
  const next = await page(after, PAGE, category.value)
  if (mine !== wanted) return
  tiles.value = [...tiles.value, ...next.products]
  more.value = next.next
}

/** Learn which categories there are. */
export async function readCategories(): Promise<void> {
  categories.value = (await api.ask('GET', '/api/v1/categories')).categories
}

/** Look for products by code, number, name or pinyin initials. */
export async function search(q: string): Promise<Product[]> {
  const found = await api.ask('GET', '/api/v1/products', { query: { q, limit: PAGE } })
  return found.products
}
