/** 繁體中文: the selling screen and its dialogs. */
import type selling from '../zh-CN/selling'

const words: typeof selling = {
  basket: {
    title: '目前單', empty: '掃描商品，或從右側點選', saved: '已優惠', rounding: '抹零', total: '應收',
    pay: '收款', hold: '掛單', items: '{n} 行', quantity: '數量', discount: '折扣', remove: '刪除', more: '加一', less: '減一', noPrice: '這張單暫時算不出價格，請刪去有問題的商品。',
    clearTitle: '清空這張單？', clearWhy: '{n} 行商品會從單上刪去，不能恢復。', clearDo: '清空', list: '商品行',
    emptyHint: '按 {key} 輸入條碼、名稱或拼音首字母',
  },
  steps: {
    list: '原價', open_price: '自訂金額', override: '改價', level: '會員價', tier: '會員折扣', line_discount: '單品折扣', order_discount: '整單折扣', rounding: '抹零', other: '優惠',
    promotion: '促銷', plan: '用卡',
  },
  search: {
    label: '加入商品', none: '沒有找到「{q}」', noneHint: '請檢查輸入，或換名稱、編號、拼音首字母再試。', clear: '清除',
    placeholder: '條碼 / 名稱 / 拼音首字母（{key}）',
  },
  grid: { all: '全部', empty: '還沒有商品', emptyHint: '請店長先輸入商品，或由總部下發商品資料。', more: '更多商品', categories: '商品分類', perUnit: '/{unit}' },
  choose: { title: '這個條碼對應多個商品', why: '請點選顧客手裡的那一個。' },
  more: { title: '更多功能', members: '會員', sales: '單據', shift: '班次', system: '系統' },
  rail: {
    more: '更多', walkIn: '散客', add: '加商品', recall: '取單', member: '會員', discount: '整單折扣', clear: '清空', shortcuts: '快速鍵', label: '功能鍵',
    quick: '快速收銀',
  },
  hold: { title: '掛單', note: '備註（桌號、姓氏…）', submit: '掛起', done: '已掛單', hint: '在任何一台收銀機都能取回。' },
  recall: {
    title: '取單', empty: '沒有掛起的單', lines: '{n} 行', by: '{staff} · {till}', swapped: '目前單已先掛起，沒有遺失。', noNote: '無備註', member: '會員單',
    emptyHint: '收銀時按 {key} 掛單，之後在任何一台收銀機取回。', others: '其他收銀台正開著的單', othersHint: '那台收銀機壞了才接過來；接過來後它就不在那邊了。', take: '接過來', takeWhat: '接過收銀台 {till} 的單',
  },
  quantity: {
    title: '數量', weight: '重量（{unit}）', bad: '數量要大於 0，最多三位小數。', 
    weighing: '正在等秤穩定…', weigh: '取秤上重量',
    emptyScale: '秤上沒有東西。放上商品再取，或直接輸入重量。',
    submit: '確定',
  },
  discount: {
    line: '單品折扣', order: '整單折扣', percent: '按比例', amount: '減金額', fold: '{fold} 折', percentLabel: '減免比例（%）', amountLabel: '減免金額（元）', reason: '原因', remove: '取消折扣', submit: '打折', bad: '請輸入 0.1 到 100 之間的比例。', badAmount: '請輸入正確的金額。', is: '相當於 {fold} 折',
  },
  line: {
    open: '這一行還能做什麼', price: '改價', note: '備註', attendant: '服務人員', weight: '重量', remove: '從單上刪去',
  },
  explain: {
    title: '價格是怎麼來的', whole: '這張單的價格', subtotal: '原價合計', sum: '本行應收', tapLine: '點一行商品，可以看這一行的每一步。', list: '原價 {price} × {quantity}', label: '標籤上的價格', open_price: '自訂價 {price} × {quantity}', override: '改價為 {price}', level: '會員價 {price}', tier: '會員折扣 {off}', promotion: '促銷：{name}', promotionPart: '促銷：{name}（其中 {quantity} 件）', line_discount: '單品折扣 {off}', order_discount: '整單折扣 {off}', plan: '{name}：用 {n} 次', by: '（{staff} 批准）',
    covered: '卡已抵',
  },
  near: {
    title: '差一點就能享受', or: '或', amongOthers: '{goods}等', amount: '再買 {amount}', amountOf: '{goods}再買 {amount}', pieces: '再買 {n} 件', piecesOf: '再買 {n} 件{goods}', gift: '還可拿 {n} 件', giftOf: '還可拿 {n} 件{goods}', saves: '，可省 {amount}（{name}）', for: '，享受「{name}」',
  },
  price: {
    label: '單價（元/{unit}）', piece: '件', why: '現在單價 {amount}。改價要值班主管批准，收據上寫明。', submit: '改價', remove: '恢復原價',
  },
  note: {
    label: '做法、要求、尺碼…', submit: '寫好',
  },
  attendant: {
    title: '誰服務', none: '還沒有員工名單。', hint: '可選多人，一行最多 {n} 人。', all: '整單和之後的商品', line: '只這一行',
  },
  quick: {
    title: '快速收銀', why: '沒有商品，只收一個金額。', amount: '金額（元）', fixed: '常用金額，點一下就收款', submit: '去收款', busy: '這張單還沒有收款。', busyNext: '請先收款或掛單。',
  },
  tickets: {
    title: '開著的單', new: '開新單', label: '桌號、牌號或稱呼', labelNeeded: '請給這張單一個名字。', begin: '開單', since: '{time}前', empty: '還沒有開著的單。', putBack: '放回', choose: '點一張單，或開新單', chooseHint: '先吃後付：點單隨時加，最後收款',
  },
  shortcuts: {
    title: '快速鍵', selling: '收銀', paying: '收款', confirm: '完成收款', scan: '掃碼隨時可用，不管游標在哪裡，中文輸入法開著也行。',
    enter: '加入商品；搜尋框空時收款', pay: '收款', member: '搜尋會員', 'order-discount': '整單折扣', 'walk-in': '改為散客', hold: '掛單', recall: '取單', add: '加商品', quick: '快速收銀', more: '更多功能', line: '開啟選中行', quantity: '改數量', 'line-discount': '選中行折扣', remove: '刪除選中行', up: '上一行', down: '下一行', back: '返回，什麼都不會丟', sheet: '開啟這張表',
    coupons: '券和卡',
  },
  cover: {
    title: '會員的卡', use: '用{name}', remove: '不用{name}', cards: '卡', none: '沒有可用的卡。', left: '本店可用 {n} 次', chain: '全連鎖 {n} 次', useAll: '用卡抵 {n} 行', many: '卡 {n}', unusable: '現在不能用', expired: '已過期', frozen: '已停用',
    minutes: '本店可用 {n} 分鐘', today: '今天還可用 {n} 件', elsewhere: '次數在其他門市', ask: '向總部申請 1 次', asked: '正在向總部申請…', not_begun: '還沒開始', over: '已結束', per_day_reached: '今天已用完', member_frozen: '會員已凍結', unknown_plan: '本店不認識這種卡',
  },
  benefits: {
    title: '券和卡', coupons: '優惠券', none: '沒有可用的券。', here: '本店可用 {n} 張', until: '{day} 前有效', less: '少用一張{name}', more: '用一張{name}', done: '好了', many: '券 {n}', not_here: '本店沒有更多可用的了', unknown: '沒有促銷收這種券', not_for_customer: '這位顧客不能用', not_running: '現在不在活動時間', too_many: '一單不能用這麼多張', nothing: '這張單用不上', twice: '這張券已經用上了',
  },
}

export default words
