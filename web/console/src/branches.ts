/** The branches that one may see, for choices and for names in place of codes; read once a sign-in. */
import { shallowRef, watch } from 'vue'
import { api, type Schema } from './api'
import { me, may } from './session'

export type BranchName = Pick<Schema<'Branch'>, 'branch' | 'name'>

export const branches = shallowRef<BranchName[]>([])

/** A page of branches is at most so long. */
const PAGE = 200
let reading: Promise<void> | null = null

/** Read them unless they were; somebody of one branch knows that one alone. */
export function readBranches(): Promise<void> {
  return (reading ??= read().catch((error: unknown) => {
    reading = null
    throw error
  }))
}

/** A branch's name, else its code. */
export function branchName(code: string): string {
  return branches.value.find(({ branch }) => branch === code)?.name || code
}

async function read(): Promise<void> {
  const own = me.value?.branch ?? ''
  if (own && !may('see')) {
    branches.value = [{ branch: own, name: own }]
    return
  }
  const found: BranchName[] = []
  for (let after = ''; ; ) {
    const page = await api.ask('GET', '/office/v1/branches', { query: { after, limit: PAGE } })
    found.push(...page.branches)
    after = page.next ?? ''
    if (!after) break
  }
  branches.value = found
}

watch(me, (now, before) => {
  if (now?.name === before?.name) return
  reading = null
  branches.value = []
})
