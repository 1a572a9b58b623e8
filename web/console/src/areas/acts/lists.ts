/** The lists of acts: what each is called at the office, and its columns. */
import type { Column } from '../../table'

export interface ActList {
  tab: string
  list: string
  path: string
  columns: Column[]
}

/** Columns of any list of acts; a list names those it shows at first. */
const ALL: Record<string, Column> = {
  day: { name: 'day', title: 'acts.day', kind: 'day', sort: true },
  at: { name: 'at', title: 'acts.at', kind: 'time' },
  branch_name: { name: 'branch_name', title: 'app.branch.label' },
  kind: { name: 'kind', title: 'acts.kind', kind: 'code', words: 'acts.kinds' },
  act: { name: 'act', title: 'acts.act', kind: 'code', words: 'acts.acts' },
  number: { name: 'number', title: 'acts.number' },
  member_name: { name: 'member_name', title: 'acts.member' },
  amount: { name: 'amount', title: 'acts.amount', kind: 'money', sort: true },
  discount: { name: 'discount', title: 'acts.discount', kind: 'money' },
  principal: { name: 'principal', title: 'acts.principal', kind: 'money' },
  bonus: { name: 'bonus', title: 'acts.bonus', kind: 'money' },
  points: { name: 'points', title: 'acts.points', kind: 'points' },
  staff_name: { name: 'staff_name', title: 'acts.staff' },
  staff: { name: 'staff', title: 'acts.staffNumber' },
  till: { name: 'till', title: 'acts.till' },
  about: { name: 'about', title: 'acts.about' },
  reason: { name: 'reason', title: 'acts.reason' },
  approved_by: { name: 'approved_by', title: 'acts.approvedBy' },
  problem: { name: 'problem', title: 'acts.problem', kind: 'code', words: 'acts.problems' },
}

/** All columns that the office tells of `names` and the usual rest; the rest can be chosen. */
function columns(shown: string, left = ''): Column[] {
  const first = shown.split(' ')
  const rest = Object.keys(ALL).filter((name) => !first.includes(name) && !left.split(' ').includes(name))
  return [...first.map((name) => ALL[name]), ...rest.map((name) => ({ ...ALL[name], hidden: true }))] as Column[]
}

export const LISTS: ActList[] = [
  {
    tab: 'consumption',
    list: 'listConsumption',
    path: '/office/v1/acts/consumption',
    columns: columns('day at branch_name number kind member_name amount discount principal bonus points staff_name till'),
  },
  {
    tab: 'top_ups',
    list: 'listTopUps',
    path: '/office/v1/acts/top-ups',
    columns: columns('day at branch_name number act member_name amount principal bonus points about staff_name', 'discount'),
  },
  {
    tab: 'stored',
    list: 'listStoredValue',
    path: '/office/v1/acts/stored-value',
    columns: columns('day at branch_name number kind act member_name principal bonus amount staff_name', 'discount points'),
  },
  { tab: 'all', list: 'listActs', path: '/office/v1/acts', columns: columns('day at branch_name kind act number member_name amount staff_name about reason') },
]

/** The list of a tab; the first for a word that is none. */
export const listOf = (tab: string): ActList => LISTS.find((one) => one.tab === tab) ?? (LISTS[0] as ActList)
