import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/reconciliation/discrepancies',
    name: 'discrepancies',
    component: () => import('./QueuePage.vue'),
    meta: { title: 'discrepancies.title', duty: 'branch', nav: { job: 'reconciliation', order: 40 } },
  },
] satisfies RouteRecordRaw[]
