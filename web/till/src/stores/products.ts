/** The catalogue as the grid leafs through it, and the search. */
import { ref, shallowRef } from 'vue'
import type { Product } from '../types'
import { api } from './node'

/** How many tiles one page of the grid holds. */
const PAGE = 60

export const category = ref('')
export const tiles = shallowRef<Product[]>([])
export const more = ref('')
export const ready = ref(false)
/** The categories of what is sold. */
export const categories = shallowRef<string[]>([])

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
  categories.value = (await api.ask('GET', '/api/v1/categories')).categories.map((one) => one.name)
}

/** Look for products by code, number, name or pinyin initials. */
export async function search(q: string): Promise<Product[]> {
  const found = await api.ask('GET', '/api/v1/products', { query: { q, limit: PAGE } })
  return found.products
}
