import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/overview',
    name: 'overview',
    component: () => import('./OverviewPage.vue'),
    meta: { title: 'overview.title', duty: 'branch', nav: { job: 'overview', order: 0 } },
  },
] satisfies RouteRecordRaw[]
