import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/acts',
    name: 'acts',
    component: () => import('./ActsPage.vue'),
    meta: { title: 'acts.title', duty: 'branch', nav: { job: 'reports', order: 10 } },
  },
] satisfies RouteRecordRaw[]
