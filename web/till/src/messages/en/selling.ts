/** English: the selling screen and its dialogs. */
import type selling from '../zh-CN/selling'

const words: typeof selling = {
  basket: {
    title: 'Basket', empty: 'Scan a product, or pick one on the right', emptyHint: 'F9 to type a barcode, name or initials', saved: 'Saved', rounding: 'Rounding', total: 'To pay',
    pay: 'Pay', hold: 'Hold', items: 'No lines | 1 line | {n} lines', quantity: 'Qty', discount: 'Disc.', remove: 'Remove', more: 'One more', less: 'One less', noPrice: 'This basket has no price now: remove the product in question.',
    line: '{name}, quantity {quantity}, {amount}', clearTitle: 'Clear this basket?', clearWhy: '{n} lines will be removed for good.', clearDo: 'Clear', list: 'Lines',
  },
  steps: {
    list: 'List price', open_price: 'Open amount', override: 'Price set', level: 'Member price', tier: 'Tier discount', label: 'Label price', line_discount: 'Line discount', order_discount: 'Order discount', rounding: 'Rounding', other: 'Discount',
  },
  search: { label: 'Add a product', placeholder: 'Barcode / name / initials (F9)', none: 'Nothing found for “{q}”', noneHint: 'Check it, or try a name, number or pinyin initials.', clear: 'Clear' },
  grid: { all: 'All', empty: 'No products yet', emptyHint: 'The manager enters products first, or head office sends them.', more: 'More products', categories: 'Categories', perUnit: '/{unit}' },
  choose: { title: 'Several products share this code', why: 'Pick the one the customer holds.' },
  more: { title: 'More', members: 'Members', sales: 'Sales', shift: 'Shift', system: 'System' },
  rail: { more: 'More', walkIn: 'Walk-in', add: 'Add', recall: 'Recall', member: 'Member', discount: 'Discount', clear: 'Clear', shortcuts: 'Keys', label: 'Functions' },
  hold: { title: 'Hold this basket', note: 'Note (table, name …)', submit: 'Hold', done: 'Basket held', hint: 'Any till can recall it.' },
  recall: { title: 'Recall a basket', empty: 'No basket is held', emptyHint: 'F7 holds a basket; any till can recall it later.', lines: 'no lines | 1 line | {n} lines', by: '{staff} · {till}', swapped: 'The present basket was held first; nothing is lost.', noNote: 'No note', member: 'member' },
  quantity: { title: 'Quantity', weight: 'Weight ({unit})', bad: 'More than 0, three decimals at most.', submit: 'Set' },
  discount: {
    line: 'Line discount', order: 'Order discount', percent: 'By share', amount: 'By amount', fold: '{off}% off', percentLabel: 'Share taken off (%)', amountLabel: 'Amount taken off', reason: 'Reason', remove: 'No discount', submit: 'Give discount', bad: 'Type a share from 0.1 to 100.', badAmount: 'Type a right amount.', is: '{off}% off',
  },
  shortcuts: {
    title: 'Shortcuts', selling: 'Selling', paying: 'Payment', pay: 'Pay', member: 'Find member', discount: 'Order discount', lineDiscount: 'Discount on the line', walkIn: 'Walk-in', hold: 'Hold', recall: 'Recall', add: 'Add a product', quantity: 'Change quantity', remove: 'Remove the line', select: 'Choose a line', enter: 'Add the product; pay when the search is empty', back: 'Back, nothing lost', sheet: 'This sheet',
    cash: 'Cash', stored: 'Stored value', external: 'Other tenders', confirm: 'Finish payment', next: 'Next sale', scan: 'Scan at any time, wherever the cursor is, also with a Chinese input method on.',
  },
}

export default words
