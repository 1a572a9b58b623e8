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

export const PAGES: Record<string, Page> = {
  topUp: { title: 'topUp.title', hint: 'topUp.hint', key: 'F5', group: 'members', load: () => import('./members/TopUpPage.vue') },
  plan: { title: 'plan.title', hint: 'plan.hint', key: '', group: 'members', load: () => import('./members/PlanPage.vue') },
  member: { title: 'member.pageTitle', hint: 'member.pageHint', key: '', group: 'members', load: () => import('./members/MemberPage.vue') },
  register: { title: 'member.register', hint: 'member.registerHint', key: '', group: 'members', load: () => import('./members/RegisterPage.vue') },
  giftCard: { title: 'giftCard.title', hint: 'giftCard.hint', key: '', group: 'members', load: () => import('./gift/GiftCardPage.vue') },
  timed: { title: 'timed.title', hint: 'timed.hint', key: '', group: 'members', load: () => import('./timed/TimedPage.vue') },
  sales: { title: 'sales.title', hint: 'sales.hint', key: 'F11', group: 'sales', load: () => import('./sales/SalesPage.vue') },
  claims: { title: 'claim.title', hint: 'claim.hint', key: '', group: 'sales', load: () => import('./sales/ClaimsPage.vue') },
  papers: { title: 'papers.title', hint: 'papers.hint', key: '', group: 'sales', load: () => import('./sales/PapersPage.vue') },
  drawer: { title: 'drawer.title', hint: 'drawer.hint', key: '', group: 'sales', load: () => import('./sales/DrawerPage.vue') },
  shift: { title: 'shift.page', hint: 'shift.pageHint', key: '', group: 'shift', load: () => import('./shifts/ShiftPage.vue') },
  sync: { title: 'sync.title', hint: 'sync.hint', key: '', group: 'system', load: () => import('./sync/SyncPage.vue') },
  help: { title: 'help.title', hint: 'help.hint', key: '', group: 'system', load: () => import('./help/HelpPage.vue') },
}
