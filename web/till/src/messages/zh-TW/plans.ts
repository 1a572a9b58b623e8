/** 繁體中文: card plans and coupons. */
import type plans from '../zh-CN/plans'

const words: typeof plans = {
  plan: {
    title: '辦卡', hint: '次卡、期限卡、折扣卡…', who: '先找到要辦卡的會員。', confirm: '完成辦卡', done: '辦卡完成', noPlans: '連鎖還沒有設定卡項。', gives: '包含', price: '卡價', given: '包含', valid: '有效期', fromTo: '{from} 至 {to}',
    kind_count: '次卡', kind_period: '期限卡', kind_timed: '計時卡', kind_discount: '折扣卡', kind_stored_value: '儲值卡', kind_points: '點數卡', kind_other: '卡',
    uses: '{n} 次', minutes: '{n} 分鐘', points: '{n} 點', value: '儲值 {amount}', tier: '享{tier}價', days: '{n} 天有效', forEver: '長期有效', for: '可用於 {what}', forAll: '全場可用', items: '{n} 種指定商品', and: '、',
    held: '卡項', noneHeld: '還沒有卡項。', usesHere: '本店 {n} 次', minutesHere: '本店 {n} 分鐘', usesChain: '全連鎖 {n}', leftToday: '今天還能用 {n} 次', until: '到 {day}',
    why_elsewhere: '在其他門市', why_expired: '已過期', why_frozen: '已凍結', why_not_begun: '還沒開始', why_over: '已到期', why_per_day_reached: '今天已用完', why_member_frozen: '會員已凍結', why_unknown_plan: '本店不認識這個卡項', why_other: '現在不能用',
    freeze: '停卡', thaw: '復卡', freezeWhy: '{name} 從今天起停用，復卡時有效期順延。', thawWhy: '{name} 馬上可用，有效期按停用的天數順延。', frozen: '{name} 已停用', thawed: '{name} 已恢復',
    undo: '退卡', undoShort: '退卡', undoWhy: '退掉 {name}，退回卡款。須整張沒用過。', undone: '{name} 已退',
  },
  coupon: {
    title: '優惠券', give: '發券', given: '已發 {name} × {n}', none: '沒有可用的優惠券。', noTemplates: '現在沒有可發的優惠券。', choose: '請選擇優惠券。',
  },
}

export default words
