/** The pages of reports, in the order in which they stand in the navigation. */
import type { RouteRecordRaw } from 'vue-router'
import type { Duty } from '../../duties'
import { DORMANT, MEMBERS } from './members'
import { POINTS, SHIFTS, TENDERS } from './money'
import type { Report } from './report'
import { COMMISSION, GOODS, HOURS, MARGINS, SALES } from './sales'

function page(name: string, order: number, component: RouteRecordRaw['component'], props: object = {}, duty: Duty = 'branch'): RouteRecordRaw {
  const meta = { title: `reports.${name}.title`, duty, nav: { job: 'reports' as const, order } }
  return { path: `/reports/${name.replace('_', '-')}`, name: `report-${name}`, component, props, meta } as RouteRecordRaw
}
const report = (given: Report, order: number, duty?: Duty) => page(given.name, order, () => import('./ReportPage.vue'), { report: given }, duty)

export default [
  report(SALES, 20),
  report(HOURS, 21),
  report(GOODS, 22),
  report(MARGINS, 23, 'see'),
  report(COMMISSION, 24),
  report(TENDERS, 30),
  report(SHIFTS, 31),
  report(POINTS, 32),
  page('grid', 40, () => import('./GridPage.vue')),
  report(MEMBERS, 41),
  page('cohorts', 42, () => import('./CohortPage.vue')),
  report(DORMANT, 43),
] satisfies RouteRecordRaw[]
