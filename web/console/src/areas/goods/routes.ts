import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/goods/products',
    name: 'products',
    component: () => import('./ProductsPage.vue'),
    meta: { title: 'goods.products.title', duty: 'see', nav: { job: 'goods', order: 10 } },
  },
  {
    path: '/goods/groups',
    name: 'product-groups',
    component: () => import('./GroupsPage.vue'),
    meta: { title: 'goods.groups.title', duty: 'see', nav: { job: 'goods', order: 20 } },
  },
  {
    path: '/goods/import',
    name: 'import',
    component: () => import('./ImportPage.vue'),
    meta: { title: 'goods.import.title', duty: 'goods', nav: { job: 'goods', order: 30 } },
  },
] satisfies RouteRecordRaw[]
