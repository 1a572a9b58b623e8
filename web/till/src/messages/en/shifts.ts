/** English: shifts. */
import type shifts from '../zh-CN/shifts'

const words: typeof shifts = {
  shift: {
    title: 'Open the shift', why: 'Count the float in the drawer first. Selling begins when the shift is open.', day: 'Business date', float: 'Float', submit: 'Open shift', day_bad: 'Type the business date as year-month-day.', otherDay: 'This is not today’s date: make sure.',
    page: 'Shift', pageHint: 'Cash in and out, X report, close', since: '{day} · opened by {staff}', cashIn: 'Put cash in', cashInHint: 'Small change, float', cashOut: 'Take cash out', cashOutHint: 'To the bank, supplies', x: 'Print X report', xHint: 'Figures so far; the shift goes on', xPrinted: 'The X report is on its way to the printer.', end: 'Count and close', endHint: 'Count the cash, print the Z report, hand over', approveX: 'Printing the X report', figures: 'So far', figuresHint: 'Only a shift lead sees them here; a cashier counts blind.',
    amount: 'Amount', amountBad: 'Type a right amount.', amountNeeded: 'Type an amount.', in: 'Put in', out: 'Take out', doneIn: 'Cash put in is written down.', doneOut: 'Cash taken out is written down.',
    i1: 'Small change', i2: 'More float', o1: 'To the bank', o2: 'Supplies', o3: 'Delivery fee',
    count: 'Count the drawer', countWhy: 'Count the cash by denomination. What should be there is told once you have counted.', pieces: 'Pieces of {value}', counted: 'Cash', next: 'Counted', piecesBad: 'Type whole pieces, 100000 at most.', slips: 'Slips of other tenders (optional)', slip: '{name} in all', sure: 'Is the drawer empty?', sureWhy: 'Nothing was typed: cash is written down as 0.00.', sureDo: 'It is empty',
    closing: 'Close the shift', closingWhy: 'The cash is counted and nothing can be sold now. A shift lead approves, then the Z report is printed.', again: 'Count again', close: 'Close shift', approve: 'Closing the shift', differs: 'The count differs: {amount}. Count again, or give the reason.', reason: 'Reason of the difference', d1: 'Wrong change', d2: 'Payment not noted', d3: 'Unknown',
    zDone: 'Shift closed', expected: 'Expected', found: 'Counted', delta: 'Difference', tender: 'Tender', even: 'Not a cent off', more: '{amount} over', short: '{amount} short', handover: 'Next cashier', goOn: 'I go on', zPrinted: 'The Z report is on its way to the printer.',
    opening: 'Float', cash_in: 'Put in', cash_out: 'Taken out', sales: 'Sales', sold: 'Sold', saved: 'Discounts', rounding: 'Rounding', refunds: 'Returns', refunded: 'Returned', top_ups: 'Top-ups', topped_up: 'Topped up', plans: 'Card plans', plans_sold: 'Card plans sold', withdrawals: 'Pay-outs', withdrawn: 'Stored value paid out', claims_paid: 'Returns for others', claims_amount: 'Paid for other branches', received: 'Received', paid_out: 'Paid out',
  },
}

export default words
