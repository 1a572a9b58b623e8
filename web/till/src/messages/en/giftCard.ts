/** English: gift cards. */
import type giftCard from '../zh-CN/giftCard'

const words: typeof giftCard = {
  giftCard: {
    title: 'Gift cards', hint: 'Sell a card, look at a balance', value: 'Value', values: 'Usual values', toPay: 'Take payment', confirm: 'Sell the card', done: 'Card sold and printed', keep: 'Whoever has this number may spend it: keep it safe.', next: 'Sell another',
    look: 'Balance', number: 'Card number', numberHint: 'Scan or type 16 digits', numberBad: 'A card number has 16 digits.', lookDo: 'Look', here: 'Usable here', elsewhere: 'A card sold in another branch can be used here if head office lets you.', more: 'Amount wanted', ask: 'Ask head office', asking: 'Asking…', granted: 'Granted: it can be used now.',
  },
}

export default words
