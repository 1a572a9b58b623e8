/** 繁體中文: the selling screen and its dialogs. */
import type selling from '../zh-CN/selling'

const words: typeof selling = {
  basket: {
    title: '目前單', empty: '掃描商品,或從右側點選', emptyHint: '按 F9 輸入條碼、名稱或拼音首字母', saved: '已優惠', rounding: '抹零', total: '應收',
    pay: '收款', hold: '掛單', items: '{n} 行', quantity: '數量', discount: '折扣', remove: '刪除', more: '加一', less: '減一', noPrice: '這張單暫時算不出價格,請刪去有問題的商品。',
    line: '{name},數量 {quantity},{amount} 元', clearTitle: '清空這張單?', clearWhy: '{n} 行商品會從單上刪去,不能恢復。', clearDo: '清空', list: '商品行',
  },
  steps: {
    list: '原價', open_price: '自訂金額', override: '改價', level: '會員價', tier: '會員折扣', label: '標籤價', line_discount: '單品折扣', order_discount: '整單折扣', rounding: '抹零', other: '優惠',
  },
  search: { label: '加入商品', placeholder: '條碼 / 名稱 / 拼音首字母(F9)', none: '沒有找到「{q}」', noneHint: '請檢查輸入,或換名稱、編號、拼音首字母再試。', clear: '清除' },
  grid: { all: '全部', empty: '還沒有商品', emptyHint: '請店長先輸入商品,或由總部下發商品資料。', more: '更多商品', categories: '商品分類', perUnit: '/{unit}' },
  choose: { title: '這個條碼對應多個商品', why: '請點選顧客手裡的那一個。' },
  more: { title: '更多功能', members: '會員', sales: '單據', shift: '班次', system: '系統' },
  rail: { more: '更多', walkIn: '散客', add: '加商品', recall: '取單', member: '會員', discount: '整單折扣', clear: '清空', shortcuts: '快速鍵', label: '功能鍵' },
  hold: { title: '掛單', note: '備註(桌號、姓氏…)', submit: '掛起', done: '已掛單', hint: '在任何一台收銀機都能取回。' },
  recall: { title: '取單', empty: '沒有掛起的單', emptyHint: '收銀時按 F7 掛單,之後在任何一台收銀機取回。', lines: '{n} 行', by: '{staff} · {till}', swapped: '目前單已先掛起,沒有遺失。', noNote: '無備註', member: '會員單' },
  quantity: { title: '數量', weight: '重量({unit})', bad: '數量要大於 0,最多三位小數。', submit: '改好' },
  discount: {
    line: '單品折扣', order: '整單折扣', percent: '按比例', amount: '減金額', fold: '{fold} 折', percentLabel: '減免比例(%)', amountLabel: '減免金額(元)', reason: '原因', remove: '取消折扣', submit: '打折', bad: '請輸入 0.1 到 100 之間的比例。', badAmount: '請輸入正確的金額。', is: '相當於 {fold} 折',
  },
  shortcuts: {
    title: '快速鍵', selling: '收銀', paying: '收款', pay: '收款', member: '查找會員', discount: '整單折扣', lineDiscount: '選中行折扣', walkIn: '改為散客', hold: '掛單', recall: '取單', add: '加商品', quantity: '改數量', remove: '刪除選中行', select: '選擇商品行', enter: '加入商品;搜尋框空時收款', back: '返回,什麼都不會丟', sheet: '開啟這張表',
    cash: '現金', stored: '儲值', external: '其他支付方式', confirm: '完成收款', next: '下一單', scan: '掃碼隨時可用,不管游標在哪裡,中文輸入法開著也行。',
  },
}

export default words
