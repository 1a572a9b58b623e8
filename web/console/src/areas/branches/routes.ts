import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/branches',
    name: 'branches',
    component: () => import('./BranchesPage.vue'),
    meta: { title: 'branches.title', duty: 'branch', nav: { job: 'branches', order: 10 } },
  },
] satisfies RouteRecordRaw[]
