/**
 * Filters that live in the page's address: a reload, a bookmark and the browser's back button keep them.
 *
 * `const filters = useFilters({ branch: '', from_day: '', to_day: '' })`; what equals its default is not written there.
 * A template sees the values alone, so it changes them by `const { set } = filters`.
 */
import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export type Filters = Record<string, string>

/** The filters' values; assign a new object, or use `set`, to change them. */
export function useFilters<F extends Filters>(defaults: F): WritableComputedRef<F> & { set(changed: Partial<F>): void } {
  const route = useRoute()
  const router = useRouter()
  // several changes within one turn add up: the address is written after it
  let pending: Record<string, string | undefined> | null = null

  function write(changed: Partial<F>): void {
    const first = pending === null
    pending = { ...pending, ...changed }
    if (!first) return
    queueMicrotask(() => {
      const query = { ...route.query }
      for (const [name, value] of Object.entries(pending ?? {})) {
        if (value === undefined || value === defaults[name]) delete query[name]
        else query[name] = value
      }
      pending = null
      void router.replace({ query, hash: route.hash })
    })
  }

  const values = computed<F>({
    get: () => {
      const found: Filters = {}
      for (const name of Object.keys(defaults)) {
        const value = route.query[name]
        found[name] = typeof value === 'string' ? value : (defaults[name] ?? '')
      }
      return found as F
    },
    set: write,
  })
  return Object.assign(values, { set: write })
}
