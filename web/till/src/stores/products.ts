/** The catalogue as the grid leafs through it, and the search. */
import { computed, ref, shallowRef } from 'vue'
import type { Product } from '../types'
import { api } from './node'

/** How many tiles one page of the grid holds. */
const PAGE = 60
/** Pages read to learn the categories: 10 of 200 are 2,000 products. */
const CATEGORY_PAGES = 10
const BIGGEST = 200

export const category = ref('')
export const tiles = shallowRef<Product[]>([])
export const more = ref('')
export const ready = ref(false)
const known = shallowRef<string[]>([])

/** The categories met so far, in the order of their first product. */
export const categories = computed(() => known.value)

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
  const found = new Set<string>()
  let after = ''
  for (let n = 0; n < CATEGORY_PAGES; n++) {
    const next = await page(after, BIGGEST, '')
    for (const product of next.products) if (product.category) found.add(product.category)
    known.value = [...found]
    if (!next.next) return
    after = next.next
  }
}

/** Look for products by code, number, name or pinyin initials. */
export async function search(q: string): Promise<Product[]> {
  const found = await api.ask('GET', '/api/v1/products', { query: { q, limit: PAGE } })
  return found.products
}
