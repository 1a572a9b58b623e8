import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/reconciliation/balance',
    name: 'trial-balance',
    component: () => import('./BalancePage.vue'),
    meta: { title: 'reconciliation.balance.title', duty: 'see', nav: { job: 'reconciliation', order: 10 } },
  },
  {
    path: '/reconciliation/liability',
    name: 'liability',
    component: () => import('./LiabilityPage.vue'),
    meta: { title: 'reconciliation.liability.title', duty: 'see', nav: { job: 'reconciliation', order: 20 } },
  },
  {
    path: '/reconciliation/matrix',
    name: 'clearing-matrix',
    component: () => import('./MatrixPage.vue'),
    meta: { title: 'reconciliation.matrix.title', duty: 'see', nav: { job: 'reconciliation', order: 30 } },
  },
  {
    path: '/reconciliation/statements',
    name: 'statements',
    component: () => import('./StatementsPage.vue'),
    meta: { title: 'reconciliation.statements.title', duty: 'branch', nav: { job: 'reconciliation', order: 40 } },
  },
  {
    path: '/reconciliation/periods',
    name: 'periods',
    component: () => import('./PeriodsPage.vue'),
    meta: { title: 'reconciliation.periods.title', duty: 'see', nav: { job: 'reconciliation', order: 60 } },
  },
  {
    path: '/reconciliation/entities',
    name: 'legal-entities',
    component: () => import('./EntitiesPage.vue'),
    meta: { title: 'reconciliation.entities.title', duty: 'see', nav: { job: 'reconciliation', order: 70 } },
  },
] satisfies RouteRecordRaw[]
