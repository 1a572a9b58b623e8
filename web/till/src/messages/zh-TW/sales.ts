/** 繁體中文: sales found again, goods taken back, claims, papers, the drawer. */
import type sales from '../zh-CN/sales'

const words: typeof sales = {
  sales: {
    title: '銷售單據', hint: '查單、退貨、補印收據', find: '收據號，或掃收據上的碼', look: '搜尋', more: '更早的單據', empty: '還沒有銷售單據', emptyHint: '收款完成後，單據會出現在這裡。', pick: '從左邊點一張單據，或掃顧客收據上的碼。',
    refunded: '有退貨', cashier: '收銀員', member: '會員', total: '合計', lines: '商品', left: '可退 {n}', back: '已退完', reprint: '補印', refund: '退貨', nothingLeft: '已全部退完', needsClaim: '這張單的退貨要由總部放款：請掃收據上的碼登記跨店退貨。',
    otherPaper: '這是{kind}的憑條，不是銷售收據。', scanHere: '這裡只認收據上的碼。', badNumber: '收據號沒有這麼長，請核對。', points: '得點數 {n}', list: '單據清單',
  },
  paper: { sale: '銷售', refund: '退貨', top_up: '儲值', withdraw: '退儲值', shift: '班次', claim: '跨店退貨', drawer: '開錢箱', plan: '辦卡', slip: '憑條' },
  refund: {
    title: '退貨 {number}', choose: '退哪些商品', all: '全部退', none: '重選', quantity: '退貨數量', of: '可退 {n}', less: '少退一件', more: '多退一件', bad: '最多可退 {n}。', way: '錢退到哪裡', original: '原路退回', cash: '退現金', whyCash: '支付的現金部分和其他收款都退現金，儲值仍退回會員帳戶。', whyOriginal: '按原來的付款方式各退各的。',
    reason: '退貨原因', linesNeeded: '先點要退的商品。', submit: '退貨', will: '將退', value: '退回會員帳戶', points: '收回點數 {n}', approve: '退貨', computing: '正在計算…',
    done: '退貨完成', money: '請退給顧客', owed: '點數已用掉 {n}，記在會員名下', printed: '退貨憑條已送列印。', toSales: '返回單據', noMoney: '沒有要退的錢',
    r1: '不想要了', r2: '品質問題', r3: '買錯了', r4: '多掃了', r5: '價格不對',
  },
  claim: {
    title: '跨店退貨', hint: '其他門市賣出的商品', of: '門市 {seller} · {day} · 合計 {total}', unchecked: '這張收據的簽章在本店無法核對，對方門市會核對。', why: '先收下商品。對方門市確認後，在這裡付款給顧客；兩邊都線上時通常幾秒就好。', line: '收據上第幾行商品', quantity: '數量', add: '再加一行', drop: '去掉', lineBad: '請輸入 1 到 {n} 的行號。', quantityBad: '數量要大於 0，最多三位小數。', twice: '這一行已經寫過。',
    submit: '收下商品', approve: '跨店退貨', made: '已收下商品，等門市 {seller} 確認。', open: '未結的跨店退貨', empty: '沒有未結的跨店退貨', emptyHint: '顧客拿其他門市的收據來退貨時，掃收據上的碼。', scan: '掃其他門市收據上的碼，開始登記。',
    to_release: '等對方門市確認', released: '可以付款', refused: '對方沒有放款', paid: '已付款', lines: '{n} 行商品', pay: '付款給顧客', paying: '付款方式', done: '已付給顧客', refresh: '重新整理', seller: '門市 {seller}', number: '編號 {id}',
  },
  papers: {
    title: '列印工作', hint: '等待列印的收據，重印或取消', waiting: '等待列印', recent: '最近的', empty: '沒有等待列印的收據', emptyHint: '印表機一切正常。', retry: '重新列印', cancel: '不印了', approve: '取消列印', copy: '補印', unsure: '可能已印出過', tries: '已試 {n} 次', more: '更早的',
    bad: '範本 {setting} 第 {line} 行有錯，暫用內建範本。', s_waiting: '等待中', s_printing: '正在列印', s_done: '已列印', s_expired: '沒有印出', s_cancelled: '不列印', asked: '已送列印',
  },
  reprint: { title: '補印收據', submit: '補印', done: '已送列印，收據上標有「補印」。', r1: '顧客要一份', r2: '卡紙沒印清', r3: '開發票用' },
  drawer: { title: '開錢箱', hint: '不收款打開錢箱，要寫原因', why: '開錢箱會記下時間、原因和批准人。', submit: '打開錢箱', approve: '開錢箱', done: '錢箱已打開', r1: '換零錢', r2: '核對現金', r3: '放錯錢' },
  reason: { label: '原因', other: '其他原因', needed: '請選或填寫原因。', long: '最多 200 個字。' },
}

export default words
