/** How assets, accounts and parties are called. */
import { shallowRef } from 'vue'
import { api, type Schema } from '../../api'
import { branchName, readBranches } from '../../branches'
import { t, worded } from '../../i18n'
import type { Kind } from '../../table'

/** Head office as a side of the clearing matrix. */
export const HQ = 'HQ'
/** What is counted in minor units of money. */
const MONEY = new Set(['money', 'principal', 'bonus', 'gift_card', 'credit'])

/** An asset or unit in words: `uses:CARD10` is a count card of that plan. */
export function assetName(asset: string, words = 'reconciliation.assets'): string {
  const [kind = '', ...rest] = asset.split(':')
  return [worded(words, kind), rest.join(':')].filter(Boolean).join(' ')
}

/** How an asset's figures are shown. */
export const kindOf = (asset: string): Kind => (MONEY.has(asset) ? 'money' : asset === 'points' ? 'points' : 'count')

const entities = shallowRef<Schema<'LegalEntity'>[]>([])

/** Read the names of branches and legal entities. */
export async function readNames(): Promise<void> {
  const [found] = await Promise.all([api.ask('GET', '/office/v1/legal-entities'), readBranches()])
  entities.value = found.entities
}

/** Names that came with a statement: its reader may not read the list of all. */
const told = shallowRef<Record<string, string>>({})
export const learn = (names: Record<string, string>): void => void (told.value = { ...told.value, ...names })

/** A party's name: a legal entity, a branch, or head office. */
export function partyName(party: string): string {
  if (party === HQ) return t('reconciliation.hq')
  return told.value[party] ?? entities.value.find(({ entity }) => entity === party)?.name ?? branchName(party)
}

/** A period as people name it. */
export function periodName(period: Schema<'Period'>, since: string): string {
  if (period.state !== 'open') return `${period.first_day} – ${period.last_day}`
  return since ? t('reconciliation.openPeriod', { from: since }) : t('reconciliation.openFirst')
}
