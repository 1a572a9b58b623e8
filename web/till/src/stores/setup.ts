/** How the chain wants this till to work, as the node tells it; read at sign-in and again when reference data changed. */
import { computed, shallowRef } from 'vue'
import type { SetUp } from '../types'
import { api } from './node'

/** null until it was read: a till works without it, by the defaults. */
export const setUp = shallowRef<SetUp | null>(null)

/** The chain's external tenders. */
export const externals = computed(() => setUp.value?.tenders ?? [])

/** Read it anew. */
export async function readSetUp(): Promise<void> {
  setUp.value = await api.ask('GET', '/api/v1/till')
}
