/** The search for products: its text, what was found, and which one Enter takes. */
import { ref, shallowRef, watch } from 'vue'
import { t } from '../i18n'
import type { Product } from '../types'
import { open, weighing } from './dialogs'
import { refuse } from './notice'
import { search } from './products'
import * as sale from './sale'
import { tried } from './tell'

/** How long the typing must rest before it is looked for, in ms. */
const REST_MS = 120
/** So many digits are a whole barcode or label: the node reads it as a scan. */
const BARCODE = /^\d{8,}$/

export const text = ref('')
export const results = shallowRef<Product[]>([])
export const highlight = ref(0)
/** What `results` answer; '' while nothing was looked for. */
export const answered = ref('')

let timer: ReturnType<typeof setTimeout> | undefined
let asked = 0

/** Look now for what is typed. */
export async function look(): Promise<void> {
  clearTimeout(timer)
  const q = text.value.trim()
  const mine = ++asked
  if (!q) {
    results.value = []
    answered.value = ''
    return
  }
  if (answered.value === q) return
  const found = await tried(() => search(q))
  if (mine !== asked || !found) return
  results.value = found
  answered.value = q
  highlight.value = 0
}

watch(text, () => {
  clearTimeout(timer)
  timer = setTimeout(look, text.value.trim() ? REST_MS : 0)
})

/** Empty the search. */
export function reset(): void {
  text.value = ''
  void look()
}

/** Move the highlight. */
export function step(by: 1 | -1): void {
  highlight.value = Math.min(results.value.length - 1, Math.max(0, highlight.value + by))
}

/** Add a product; weighed goods are asked for their weight first. */
export async function pick(product: Product): Promise<void> {
  reset()
  if (product.weighed) {
    weighing.value = product
    open('quantity')
  } else await sale.add(product.item)
}

/** Enter: add what is highlighted, or read a whole barcode as a scan. */
export async function enter(): Promise<void> {
  const q = text.value.trim()
  if (BARCODE.test(q)) {
    reset()
    await sale.scan(q)
    return
  }
  await look()
  const product = results.value[highlight.value]
  if (product) await pick(product)
  else refuse(t('search.none', { q }), '', t('search.noneHint'))
}
