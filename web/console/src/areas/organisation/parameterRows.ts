/** Rows that a few parameters hold together, as a form: read as they hold, edited beside it, saved at once or from a time on. */
import { computed, ref, watch, type Ref } from 'vue'
import { useFilters } from '../../filters'
import { t } from '../../i18n'
import { done } from '../../tell'
import { held, type Json, type Parameter, setHere, useParameters } from './parameters'

/** `names`: the parameters, of the chain or of the branch in the address; `read` and `written`: their values as rows and back. */
export function useParameterRows<Row extends object>(names: readonly string[], read: (kept: Record<string, Json>) => Row[], written: (rows: Row[]) => Record<string, string>) {
  const filters = useFilters({ branch: '' })
  const branch = computed(() => filters.value.branch)
  const { all, find, save } = useParameters(branch)
  const rows = ref([]) as Ref<Row[]>
  const from = ref(0)
  const busy = ref(false)

  const kept = computed(() => names.map(find).filter((one): one is Parameter => one !== undefined))
  const before = computed(() => read(Object.fromEntries(kept.value.map((one) => [one.name, held(one)]))))
  const own = computed(() => kept.value.some((one) => setHere(one, branch.value)))
  const changed = computed(() => JSON.stringify(written(rows.value)) !== JSON.stringify(written(before.value)))
  watch(all, () => (rows.value = before.value.map((row) => ({ ...row }))))

  async function put(values = written(rows.value)): Promise<void> {
    busy.value = true
    if (await save(values, from.value)) {
      done(t(from.value ? 'organisation.parameters.planned' : 'organisation.parameters.saved'))
      from.value = 0
    }
    busy.value = false
  }
  /** Let the branch go by the chain's again. */
  const useChain = () => put(Object.fromEntries(names.map((name) => [name, ''])))
  return { branch, setBranch: (value: string) => filters.set({ branch: value }), all, rows, from, busy, own, changed, put, useChain }
}
