import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/members',
    name: 'members',
    component: () => import('./MembersPage.vue'),
    meta: { title: 'members.title', duty: 'branch', nav: { job: 'members', order: 10 } },
  },
  {
    path: '/members/:member([0-9a-f]{32})',
    name: 'member',
    component: () => import('./MemberPage.vue'),
    props: true,
    meta: { title: 'members.one', duty: 'branch' },
  },
  {
    path: '/members/batches',
    name: 'member-batches',
    component: () => import('./BatchesPage.vue'),
    meta: { title: 'members.batches.title', duty: 'see', nav: { job: 'members', order: 20 } },
  },
  {
    path: '/members/batches/:batch([0-9a-f]{32})',
    name: 'member-batch',
    component: () => import('./BatchPage.vue'),
    props: true,
    meta: { title: 'members.batches.one', duty: 'see' },
  },
  {
    path: '/members/adjustments',
    name: 'member-adjustments',
    component: () => import('./AdjustmentsPage.vue'),
    meta: { title: 'members.adjust.title', duty: 'see', nav: { job: 'members', order: 30 } },
  },
  {
    path: '/members/cards',
    name: 'member-cards',
    component: () => import('./CardsPage.vue'),
    meta: { title: 'members.cards.title', duty: 'see', nav: { job: 'members', order: 40 } },
  },
  {
    path: '/members/tags',
    name: 'member-tags',
    component: () => import('./TagsPage.vue'),
    meta: { title: 'members.tags.title', duty: 'see', nav: { job: 'members', order: 50 } },
  },
  {
    path: '/members/fields',
    name: 'member-fields',
    component: () => import('./FieldsPage.vue'),
    meta: { title: 'members.fields.title', duty: 'see', nav: { job: 'members', order: 60 } },
  },
] satisfies RouteRecordRaw[]
