/** The console's addresses: every page, and who may open it. */
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw, type RouteRecordRaw } from 'vue-router'
import { entries, pages } from './area'
import { opens } from './duties'
import { me, onSignedOut, resume } from './session'

const FRAME: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', component: () => import('./screens/SignInScreen.vue'), meta: { title: 'app.signIn.title', open: true } },
  { path: '/password', name: 'password', component: () => import('./screens/PasswordScreen.vue'), meta: { title: 'app.password.title' } },
  // never seen: `guard` leads on to what the person may open first
  { path: '/', name: 'home', component: () => import('./screens/MissingScreen.vue') },
  { path: '/:pathMatch(.*)*', name: 'missing', component: () => import('./screens/MissingScreen.vue'), meta: { title: 'app.missing.title' } },
]

export const router = createRouter({ history: createWebHistory('/'), routes: [...pages, ...FRAME] })

/** The first page that somebody may open. */
export function home(): RouteLocationRaw {
  const first = entries.find((entry) => opens(me.value, entry.page))
  return first ? { name: first.name } : { name: 'password' }
}

/** Where somebody was going before the sign-in; only ever a place of the console itself. */
export function wanted(query: RouteLocationNormalized['query']): RouteLocationRaw {
  const to = String(query['to'] ?? '')
  return /^\/(?![/\\])/.test(to) ? to : home()
}

/** Say where a page may be opened from: at once, after the sign-in, or not at all. */
export async function guard(to: RouteLocationNormalized): Promise<boolean | RouteLocationRaw> {
  await resume()
  const back = to.fullPath === '/' ? {} : { to: to.fullPath }
  if (to.meta.open) return me.value ? wanted(to.query) : true
  if (!me.value) return { name: 'sign-in', query: back }
  if (me.value.must_change) return to.name === 'password' ? true : { name: 'password', query: back }
  if (to.name === 'home') return home()
  return opens(me.value, to) ? true : { name: 'missing', params: { pathMatch: to.path.slice(1).split('/') } }
}

router.beforeEach(guard)

onSignedOut(() => {
  const { fullPath, meta } = router.currentRoute.value
  if (!meta.open) void router.replace({ name: 'sign-in', query: { to: fullPath } })
})
