/**
 * The console is made of areas: each a folder with its pages and a `routes.ts` that lists them.
 *
 * A page's meta says its title, the duty it needs and its place in the navigation; pages are loaded when opened.
 */
import type { RouteRecordRaw } from 'vue-router'

/** What people come for: the navigation's headings, in this order. */
export const JOBS = ['overview', 'branches', 'members', 'goods', 'marketing', 'reconciliation', 'reports', 'settings'] as const
export type Job = (typeof JOBS)[number]

/** One page that a job of the navigation leads to. */
export interface Entry {
  job: Job
  order: number
  name: string
  title: string
  page: RouteRecordRaw
}

const found = import.meta.glob<{ default: RouteRecordRaw[] }>('./areas/*/routes.ts', { eager: true })

/** All pages of all areas. */
export const pages: RouteRecordRaw[] = Object.values(found).flatMap((area) => area.default)

/** The navigation: the pages that stand in it, by job and order. */
export const entries: Entry[] = pages
  .flatMap((page) => {
    const { nav, title = '' } = page.meta ?? {}
    return nav ? [{ ...nav, name: String(page.name), title, page }] : []
  })
  .sort((a, b) => JOBS.indexOf(a.job) - JOBS.indexOf(b.job) || a.order - b.order)
