/** English: card plans and coupons. */
import type plans from '../zh-CN/plans'

const words: typeof plans = {
  plan: {
    title: 'Sell a plan', hint: 'Uses, periods, discounts …', who: 'Find the member first.', confirm: 'Finish', done: 'Plan sold', noPlans: 'The chain has no plans set up yet.', gives: 'Gives', price: 'Price', given: 'Gives', valid: 'Valid', fromTo: '{from} to {to}',
    kind_count: 'Uses', kind_period: 'Period', kind_timed: 'Time', kind_discount: 'Discount', kind_stored_value: 'Stored value', kind_points: 'Points', kind_other: 'Plan',
    uses: '{n} use | {n} uses', minutes: '{n} minute | {n} minutes', points: '{n} points', value: '{amount} stored value', tier: '{tier} prices', days: 'valid {n} day | valid {n} days', forEver: 'never expires', for: 'for {what}', forAll: 'for anything', items: '{n} product | {n} products', and: ', ',
    held: 'Plans', noneHeld: 'No plan yet.', usesHere: '{n} use here | {n} uses here', minutesHere: '{n} minute here | {n} minutes here', usesChain: '{n} in the whole chain', leftToday: '{n} left today', until: 'until {day}',
    why_elsewhere: 'lies in other shops', why_expired: 'expired', why_frozen: 'frozen', why_not_begun: 'has not begun', why_over: 'is over', why_per_day_reached: 'used up for today', why_member_frozen: 'the member is frozen', why_unknown_plan: 'this shop does not know the plan', why_other: 'cannot be used now',
    freeze: 'Freeze', thaw: 'Unfreeze', freezeWhy: '{name} rests from today; its days are added again when it runs on.', thawWhy: '{name} can be used at once; the days it rested are added.', frozen: '{name} is frozen', thawed: '{name} runs again',
    undo: 'Take plan back', undoShort: 'Take back', undoWhy: 'Take {name} back and give the money back. Nothing of it may be used yet.', undone: '{name} is taken back',
  },
  coupon: {
    title: 'Coupons', give: 'Give coupons', given: '{name} × {n} given', none: 'No coupon usable here.', noTemplates: 'There is no coupon to give now.', choose: 'Choose a coupon.',
  },
}

export default words
