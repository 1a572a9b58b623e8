import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/settings/users',
    name: 'users',
    component: () => import('./UsersPage.vue'),
    meta: { title: 'audit.users.title', duty: 'people', nav: { job: 'settings', order: 80 } },
  },
] satisfies RouteRecordRaw[]
