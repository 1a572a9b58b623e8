/** What needs attention in words, and the page where it is looked after. */
import type { RouteLocationRaw, Router } from 'vue-router'
import type { Schema } from '../../api'
import { t, worded } from '../../i18n'

export type Concern = Schema<'Concern'>

/** What a concern is called. */
export function said({ kind, code }: Concern): string {
  switch (kind) {
    case 'discrepancy':
      return t('overview.concern.discrepancy', { what: worded('overview.discrepancy', code) })
    case 'claim':
      return worded('overview.concern.claim', code)
    case 'silent':
      return t('overview.concern.silent', { hours: code })
    case 'proposal':
      return worded('overview.concern.proposal', code)
    case 'period':
      return t('overview.concern.period', { day: code })
    default:
      return t('overview.concern.quarantine')
  }
}

/** The addresses where each kind is looked after. */
const PLACES: Readonly<Record<Concern['kind'], string>> = {
  discrepancy: '/reconciliation/discrepancies',
  claim: '/reconciliation/claims',
  silent: '/branches',
  proposal: '/reconciliation/approvals',
  period: '/reconciliation/periods',
  quarantine: '/reconciliation/discrepancies',
}

/** Where a concern is looked after; null when this console has no such page, or not for this person. */
export function leads(router: Router, { kind, code }: Concern): RouteLocationRaw | null {
  const query: Record<string, string> = kind === 'discrepancy' ? { code } : kind === 'quarantine' ? { code: 'quarantined' } : {}
  const to = { path: PLACES[kind], query }
  return router.resolve(to).name === 'missing' ? null : to
}
