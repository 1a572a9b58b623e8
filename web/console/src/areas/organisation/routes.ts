import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/settings/parameters',
    name: 'parameters',
    component: () => import('./ParametersPage.vue'),
    meta: { title: 'organisation.parameters.title', duty: 'settings', nav: { job: 'settings', order: 10 } },
  },
  {
    path: '/settings/payment-methods',
    name: 'payment-methods',
    component: () => import('./TendersPage.vue'),
    meta: { title: 'organisation.tenders.title', duty: 'settings', nav: { job: 'settings', order: 20 } },
  },
  {
    path: '/settings/receipts',
    name: 'receipts',
    component: () => import('./PapersPage.vue'),
    meta: { title: 'organisation.papers.title', duty: 'settings', nav: { job: 'settings', order: 30 } },
  },
  {
    path: '/settings/staff',
    name: 'staff',
    component: () => import('./StaffPage.vue'),
    meta: { title: 'organisation.staff.title', duty: 'branch', nav: { job: 'settings', order: 60 } },
  },
  {
    path: '/settings/departments',
    name: 'departments',
    component: () => import('./GroupsPage.vue'),
    meta: { title: 'organisation.groups.title', duty: 'people', nav: { job: 'settings', order: 65 } },
  },
  {
    path: '/settings/roles',
    name: 'roles',
    component: () => import('./RolesPage.vue'),
    meta: { title: 'organisation.roles.title', duty: 'people', nav: { job: 'settings', order: 70 } },
  },
  {
    path: '/settings/changes',
    name: 'changes',
    component: () => import('./ChangesPage.vue'),
    meta: { title: 'organisation.changes.title', duty: 'audit', nav: { job: 'settings', order: 92 } },
  },
] satisfies RouteRecordRaw[]
