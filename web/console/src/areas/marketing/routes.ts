import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/marketing/promotions',
    name: 'promotions',
    component: () => import('./PromotionsPage.vue'),
    meta: { title: 'marketing.promotions.title', duty: 'see', nav: { job: 'marketing', order: 10 } },
  },
  {
    path: '/marketing/places',
    name: 'promotion-places',
    component: () => import('./PlacesPage.vue'),
    meta: { title: 'marketing.places.title', duty: 'branch', nav: { job: 'marketing', order: 15 } },
  },
  {
    path: '/marketing/coupons',
    name: 'coupons',
    component: () => import('./PromotionsPage.vue'),
    meta: { title: 'marketing.coupons.title', duty: 'see', nav: { job: 'marketing', order: 20 } },
  },
  {
    path: '/marketing/tiers',
    name: 'tiers',
    component: () => import('./TiersPage.vue'),
    meta: { title: 'marketing.tiers.title', duty: 'see', nav: { job: 'marketing', order: 30 } },
  },
  {
    path: '/marketing/plans',
    name: 'plans',
    component: () => import('./PlansPage.vue'),
    meta: { title: 'marketing.plans.title', duty: 'see', nav: { job: 'marketing', order: 40 } },
  },
  {
    path: '/marketing/top-ups',
    name: 'top-up-rules',
    component: () => import('./TopUpRulesPage.vue'),
    meta: { title: 'marketing.topUps.title', duty: 'see', nav: { job: 'marketing', order: 50 } },
  },
  {
    path: '/marketing/gifts',
    name: 'gifts',
    component: () => import('./GiftsPage.vue'),
    meta: { title: 'marketing.gifts.title', duty: 'settings', nav: { job: 'marketing', order: 55 } },
  },
  {
    path: '/marketing/prices',
    name: 'price-trial',
    component: () => import('./PriceTrialPage.vue'),
    meta: { title: 'marketing.price.title', duty: 'goods', nav: { job: 'marketing', order: 60 } },
  },
] satisfies RouteRecordRaw[]
