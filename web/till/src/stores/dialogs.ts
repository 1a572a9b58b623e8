/** Which dialog is open: one question at a time; `page`: one of the page that lies over the till. */
import { ref, shallowRef } from 'vue'
import type { Product } from '../types'

export type Dialog =
  | 'quantity' | 'line' | 'price' | 'note' | 'attendant' | 'served' | 'line-discount' | 'order-discount' | 'explain'
  | 'member' | 'coupons' | 'hold' | 'recall' | 'ticket' | 'clear' | 'quick' | 'shortcuts' | 'more' | 'page'

export const dialog = ref<Dialog | null>(null)
/** How many boxes lie over the screen, those of pages among them: keys then belong to the uppermost. */
export const boxes = ref(0)
/** Weighed goods that wait for their weight. */
export const weighing = shallowRef<Product | null>(null)

/** Open a dialog in place of any other. */
export function open(name: Dialog): void {
  dialog.value = name
}

/** Close whatever is open: nothing is lost by it. */
export function close(): void {
  dialog.value = null
  weighing.value = null
}
