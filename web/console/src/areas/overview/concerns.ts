/** What needs attention in words, and the page where it is looked after. */
import type { RouteLocationRaw, Router } from 'vue-router'
import type { Schema } from '../../api'
import { opens } from '../../duties'
import { t, worded } from '../../i18n'
import { me } from '../../session'

export type Concern = Schema<'Concern'>

/** What a concern is called; of one branch with its name, of many as one. */
export function said({ kind, code, branch, name }: Concern): string {
  switch (kind) {
    case 'device':
    case 'unsent':
    case 'blocks': {
      const what = worded('branches.device.kinds', code)
      return branch ? t('overview.concern.at', { branch: name || branch, what: t(`overview.concern.${kind}`, { what }) }) : t(`overview.concern.many.${kind}`, { what })
    }
    case 'discrepancy':
      return t('overview.concern.discrepancy', { what: worded('discrepancies.code', code) })
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

/** Where each kind is looked after, and proposals by what they are about. */
function place({ kind, code, branch }: Concern): { path: string; query?: Record<string, string> } | null {
  switch (kind) {
    case 'discrepancy':
      return { path: '/reconciliation/discrepancies', query: { code } }
    case 'quarantine':
      return { path: '/reconciliation/discrepancies', query: { code: 'quarantined' } }
    case 'silent':
      return { path: '/branches' }
    case 'device':
    case 'unsent':
    case 'blocks':
      return { path: '/branches', query: branch ? { open: branch } : { wrong: 'true' } }
    case 'claim':
      return { path: '/reconciliation/approvals' }
    case 'period':
      return { path: '/reconciliation/periods' }
    case 'proposal':
      return { adjustment: { path: '/members/adjustments' }, batch: { path: '/members/batches' }, resolution: { path: '/reconciliation/discrepancies', query: { waiting: 'true' } }, release: { path: '/reconciliation/approvals' }, clearing: { path: '/reconciliation/clearing-rules' } }[code] ?? null
    default:
      return null
  }
}

/** Where a concern is looked after; null when there is no such page, or not for this person. */
export function leads(router: Router, concern: Concern): RouteLocationRaw | null {
  const to = place(concern)
  if (!to) return null
  const found = router.resolve(to)
  return found.name !== 'missing' && opens(me.value, found as Parameters<typeof opens>[1]) ? to : null
}
