import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/reconciliation/clearing-rules',
    name: 'clearing-rules',
    component: () => import('./RulesPage.vue'),
    meta: { title: 'clearing.title', duty: 'see', nav: { job: 'reconciliation', order: 60 } },
  },
] satisfies RouteRecordRaw[]
