/** English: shifts. */
import type shifts from '../zh-CN/shifts'

const words: typeof shifts = {
  shift: {
    title: 'Open the shift', why: 'Count the float in the drawer first. Selling begins when the shift is open.', day: 'Business date', float: 'Float', submit: 'Open shift', day_bad: 'Type the business date as year-month-day.',
    counted: 'This shift is counted and waits to be closed', countedWhy: 'Selling goes on once it is closed. Open baskets are kept.', refresh: 'Look again',
  },
}

export default words
