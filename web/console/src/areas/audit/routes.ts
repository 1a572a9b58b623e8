import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/settings/users',
    name: 'users',
    component: () => import('./UsersPage.vue'),
    meta: { title: 'audit.users.title', duty: 'people', nav: { job: 'settings', order: 80 } },
  },
  {
    path: '/settings/journal',
    name: 'journal',
    component: () => import('./JournalPage.vue'),
    meta: { title: 'audit.journal.title', duty: 'audit', nav: { job: 'settings', order: 90 } },
  },
  {
    path: '/settings/chains',
    name: 'chains',
    component: () => import('./ChainsPage.vue'),
    meta: { title: 'audit.chains.title', duty: 'audit', nav: { job: 'settings', order: 95 } },
  },
] satisfies RouteRecordRaw[]
