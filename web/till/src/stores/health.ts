/** How the node and its line to head office are, for the quiet status bar. */
import { computed, ref, shallowRef } from 'vue'
import type { Health } from '../types'
import { api, Unreachable } from './node'

const EVERY_MS = 10_000
const LOST_EVERY_MS = 2_000

export const health = shallowRef<Health | null>(null)
/** The branch's own node does not answer. */
export const lost = ref(false)

/** What the status bar says. */
export const state = computed<'lost' | 'standalone' | 'online' | 'offline'>(() => {
  if (lost.value) return 'lost'
  if (!health.value || health.value.standalone) return 'standalone'
  return health.value.link.connected ? 'online' : 'offline'
})

let timer: ReturnType<typeof setTimeout> | undefined

/** Ask now. */
export async function look(): Promise<void> {
  clearTimeout(timer)
  try {
    health.value = await api.ask('GET', '/api/v1/health')
    lost.value = false
  } catch (error) {
    lost.value = error instanceof Unreachable
  }
  timer = setTimeout(look, lost.value ? LOST_EVERY_MS : EVERY_MS)
}
