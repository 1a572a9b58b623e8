/** English: top-ups. */
import type topUp from '../zh-CN/topUp'

const words: typeof topUp = {
  topUp: {
    title: 'Top up', hint: 'Choose amount and offer, take the money', who: 'Find the member first.', amount: 'Top-up', rule: 'Offer', rules: 'Offers', none: 'No offer', noneHint: 'any amount', toPay: 'Pay', confirm: 'Finish top-up', finish: 'Done', done: 'Topped up', given: 'Bonus', left: 'Stored value here now',
    from: '{amount} and more', between: '{from} to {to}', bonus: '{amount} bonus', bonusShare: '{percent}% bonus', lasts: ', valid {n} day | , valid {n} days', points: '{n} points', staged: '{amount} more after {n} day | {amount} more after {n} days', returned: '{amount} of it is at the whole chain’s disposal: other shops can use it at once.',
  },
}

export default words
