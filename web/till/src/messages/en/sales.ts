/** English: sales found again, goods taken back, claims, papers, the drawer. */
import type sales from '../zh-CN/sales'

const words: typeof sales = {
  sales: {
    title: 'Sales', hint: 'Look up, take back, print again', find: 'Receipt number, or scan its code', look: 'Find', more: 'Earlier sales', empty: 'No sales yet', emptyHint: 'Each sale is listed here once it is paid.', pick: 'Pick a sale on the left, or scan the code on the customer’s receipt.',
    refunded: 'returned', cashier: 'Cashier', member: 'Member', total: 'Total', lines: 'Goods', left: '{n} returnable', back: 'all returned', reprint: 'Print again', refund: 'Return goods', nothingLeft: 'All of it was returned', needsClaim: 'Head office must release returns of this sale: scan the receipt’s code to claim it.',
    otherPaper: 'This is a slip ({kind}), not a sale’s receipt.', scanHere: 'Only receipts’ codes are read here.', badNumber: 'No receipt number is that long: check it.', points: '{n} points earned', list: 'List of sales',
  },
  paper: { sale: 'Sale', refund: 'Return', top_up: 'Top-up', withdraw: 'Stored value paid out', shift: 'Shift', claim: 'Return for another branch', drawer: 'Drawer', plan: 'Card plan', slip: 'Slip' },
  refund: {
    title: 'Return {number}', choose: 'What comes back', all: 'All of it', none: 'Start over', quantity: 'Quantity returned', of: '{n} returnable', less: 'one less', more: 'one more', bad: '{n} at most.', way: 'Where the money goes', original: 'As it was paid', cash: 'Cash', whyCash: 'All money goes back in cash; stored value still goes back to the member.', whyOriginal: 'Each tender gets its own part back.',
    reason: 'Reason', linesNeeded: 'Tap the goods that come back first.', submit: 'Return', will: 'Goes back', value: 'To the member’s account', points: '{n} points taken back', approve: 'Return goods', computing: 'Working it out…',
    done: 'Return done', money: 'Give the customer', owed: '{n} points were spent already and are owed by the member', printed: 'The slip is on its way to the printer.', toSales: 'Back to sales', noMoney: 'No money to give back',
    r1: 'Not wanted', r2: 'Faulty', r3: 'Wrong item', r4: 'Scanned twice', r5: 'Wrong price',
  },
  claim: {
    title: 'Return for another branch', hint: 'Goods that another branch sold', of: 'Branch {seller} · {day} · total {total}', unchecked: 'This receipt’s signature cannot be checked here; the selling branch will.', why: 'Take the goods first. Once the selling branch has agreed, pay the customer here; seconds when both are online.', line: 'Line on the receipt', quantity: 'Quantity', add: 'One more line', drop: 'Remove', lineBad: 'Type a line number from 1 to {n}.', quantityBad: 'More than 0, three decimals at most.', twice: 'This line is there already.',
    submit: 'Take the goods', approve: 'Return for another branch', made: 'Goods taken; waiting for branch {seller}.', open: 'Open returns for other branches', empty: 'No open returns for other branches', emptyHint: 'When a customer brings another branch’s receipt, scan its code.', scan: 'Scan the code on another branch’s receipt to begin.',
    to_release: 'Waiting for the selling branch', released: 'Ready to pay', refused: 'Not released', paid: 'Paid', lines: '1 line | {n} lines', pay: 'Pay the customer', paying: 'How to pay', done: 'Paid to the customer', refresh: 'Refresh', seller: 'Branch {seller}', number: 'no. {id}',
  },
  papers: {
    title: 'Papers', hint: 'Receipts that wait for a printer', waiting: 'Waiting', recent: 'Of late', empty: 'No paper waits', emptyHint: 'The printers are fine.', retry: 'Print now', cancel: 'Do without', approve: 'Do without a paper', copy: 'copy', unsure: 'may have come out already', tries: '1 attempt | {n} attempts', more: 'Earlier ones',
    bad: 'Template {setting} is wrong at line {line}: the built-in one is used.', s_waiting: 'waiting', s_printing: 'printing', s_done: 'printed', s_expired: 'not printed', s_cancelled: 'Not printed', asked: 'On its way to the printer',
  },
  reprint: { title: 'Print the receipt again', submit: 'Print again', done: 'On its way to the printer, marked as a copy.', r1: 'Customer wants one', r2: 'Paper jam', r3: 'For an invoice' },
  drawer: { title: 'Open the drawer', hint: 'Without a sale, with a reason', why: 'Time, reason and who approved it are written down.', submit: 'Open the drawer', approve: 'Opening the drawer', done: 'The drawer is open', r1: 'Small change', r2: 'Checking cash', r3: 'Money misplaced' },
  reason: { label: 'Reason', other: 'Another reason', needed: 'Choose or type a reason.', long: '200 characters at most.' },
}

export default words
