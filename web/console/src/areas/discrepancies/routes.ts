import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/reconciliation/discrepancies',
    name: 'discrepancies',
    component: () => import('./QueuePage.vue'),
    meta: { title: 'discrepancies.title', duty: 'branch', nav: { job: 'reconciliation', order: 40 } },
  },
  {
    path: '/reconciliation/approvals',
    alias: '/reconciliation/claims',
    name: 'approvals',
    component: () => import('./ApprovalsPage.vue'),
    meta: { title: 'discrepancies.approvals.title', duty: 'see', nav: { job: 'reconciliation', order: 45 } },
  },
] satisfies RouteRecordRaw[]
