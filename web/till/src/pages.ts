/** The full pages of the till beside the selling screen, in the order in which "more" lists them; each is loaded when it is first opened. */
import type { Component } from 'vue'

/** One page. `title` and `hint` are message keys; `key`: the function key that opens it from the selling screen, '' none. */
export interface Page {
  title: string
  hint: string
  key: string
  group: 'members' | 'sales' | 'shift' | 'system'
  load: () => Promise<{ default: Component }>
}

export const PAGES: Record<string, Page> = {}
