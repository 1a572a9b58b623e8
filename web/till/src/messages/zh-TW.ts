/** 繁體中文. */
import type { Messages } from './index'

const messages: Messages = {
  app: { name: '不打烊', loading: '正在開啟收銀台…', close: '關閉', back: '返回', cancel: '取消', },
  signIn: {
    title: '收銀登入', staff: '員工號', pin: '密碼', submit: '登入', till: '收銀台', tillHint: '小寫字母、數字和連字號,最多 16 位;每個螢幕各用一個名字。',
    changeTill: '改名', tillSave: '記住', tillBad: '名字只能用小寫字母、數字和連字號,並以字母或數字開頭。', need: '請輸入員工號和密碼。', pinShort: '密碼為 4 到 12 位數字。',
  },
  pin: {
    title: '請先修改初始密碼', why: '初始密碼別人也知道。換成只有您自己知道的密碼後就能開始收銀。', old: '目前密碼', fresh: '新密碼', again: '再輸入一次新密碼',
    submit: '修改密碼', differ: '兩次輸入的新密碼不一樣。', digits: '密碼為 4 到 12 位數字。',
  },
  shift: {
    title: '開班', why: '先點清錢箱裡的備用金,開班後才能收銀。', day: '營業日期', float: '備用金', submit: '開班', day_bad: '請按 年-月-日 輸入營業日期。',
    counted: '本班次已點鈔,等待交班', countedWhy: '交班完成後才能再收銀。未結的單據都還在。', refresh: '再看一次',
  },
  status: {
    shift: '班次', online: '連線中', standalone: '單店', offlineSince: '離線,自 {time}', unsent: '{n} 筆待上傳',
    lost: '連不上門店主機,正在重新連線…', offlineTitle: '和總部的連線', offlineOk: '照常收銀:掃碼、現金、本店可用的儲值都能用。',
    offlineCannot: '暫時不能:使用其他門店的儲值額度、查看全連鎖最新餘額。', offlineLater: '恢復連線後自動上傳,不用做任何事。', oldest: '最早一筆在{time}前',
    onlineOk: '一切正常,資料已和總部同步。', sending: '正在上傳 {n} 筆。', standaloneOk: '單店使用,資料保存在本店主機。', lostWhy: '已輸入的單據都在門店主機裡,沒有遺失。請檢查網路線和主機電源。',
    stopped: '儲值已暫停使用', clock: '主機時間不準,請聯絡店長校時。', printing: '{n} 張收據等待列印', devices: '{n} 台設備有問題', clearing: '儲值暫停期間請用現金或其他方式收款。',
  },
  menu: { open: '選單', language: '語言', theme: '外觀', auto: '自動', light: '淺色', dark: '深色', sound: '提示音', on: '開', off: '關', shortcuts: '快速鍵', signOut: '登出', },
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
  member: {
    walkIn: '散客', walkInHint: '刷卡、掃會員碼,或按 F3 查找', find: '查找會員', register: '新會員', change: '換會員', here: '本店可用', chain: '全連鎖', asOf: '截至 {time}', chainUnknown: '總部還未告知',
    findTitle: '查找會員', findLabel: '卡號、手機號、後四位、姓名或拼音首字母', findHint: '輸入卡號、手機號、後四位、姓名或拼音首字母。也可以直接刷卡。', none: '沒有找到會員', noneHint: '核對號碼,或登記為新會員。',
    frozen: '已凍結', merged: '已合併', stopped: '儲值暫停', seen_elsewhere: '資料在其他門店', birthday: '今天生日', tail: '尾號 {tail}', 
    registerTitle: '登記新會員', name: '姓名', phoneLabel: '手機號', cardLabel: '卡號(可刷卡)', optional: '選填', consent: '顧客已閱讀並同意會員隱私條款', submit: '登記並選用', nameNeeded: '請輸入姓名。', phoneBad: '手機號只能是數字。', registered: '已登記 {name}', consentNeeded: '請先徵得顧客同意。',
  },
  rail: { walkIn: '散客', add: '加商品', recall: '取單', member: '會員', discount: '整單折扣', clear: '清空', shortcuts: '快速鍵', label: '功能鍵' },
  hold: { title: '掛單', note: '備註(桌號、姓氏…)', submit: '掛起', done: '已掛單', hint: '在任何一台收銀機都能取回。' },
  recall: { title: '取單', empty: '沒有掛起的單', emptyHint: '收銀時按 F7 掛單,之後在任何一台收銀機取回。', lines: '{n} 行', by: '{staff} · {till}', swapped: '目前單已先掛起,沒有遺失。', noNote: '無備註', member: '會員單' },
  keypad: { label: '數字鍵盤', clear: '清空', back: '退格', dot: '小數點', },
  quantity: { title: '數量', weight: '重量({unit})', bad: '數量要大於 0,最多三位小數。', submit: '改好' },
  discount: {
    line: '單品折扣', order: '整單折扣', percent: '按比例', amount: '減金額', fold: '{fold} 折', percentLabel: '減免比例(%)', amountLabel: '減免金額(元)', reason: '原因', remove: '取消折扣', submit: '打折', bad: '請輸入 0.1 到 100 之間的比例。', badAmount: '請輸入正確的金額。', is: '相當於 {fold} 折',
  },
  approval: { title: '請值班主管批准', staff: '主管員工號', pin: '主管密碼', submit: '批准', why: '{what}超出收銀員權限。主管在這裡輸入後立即生效,收銀員不用登出。' },
  pay: {
    title: '收款', due: '應收', remaining: '還差', change: '找零', received: '實收', paying: '正在收款…', confirm: '完成收款', addPart: '收下這一筆', cash: '現金', stored_value: '儲值', exact: '正好', parts: '已收', removePart: '去掉這一筆', amount: '金額',
    tenders: '支付方式', wechat: '微信', alipay: '支付寶', card: '銀行卡', ref: '付款碼或憑證號(可掃碼)', refHint: '掃描顧客的付款碼,或輸入憑證號', points: '積分', storedHere: '本店可用 {amount}', storedChain: '全連鎖 {amount},截至 {time}', storedNone: '本店沒有可用儲值', storedNeedsMember: '先選會員才能用儲值', storedStopped: '儲值已暫停使用', storedFrozen: '會員已凍結', bad: '請輸入正確的金額。', tooMuch: '這種方式不找零,最多 {amount}。', free: '不用付款,直接完成。', quick: '常用金額',
  },
  unknown: {
    title: '正在確認這筆收款', why: '剛才門店主機沒有答覆。收銀台正用同一個編號再問一次,不會重複收款。', kept: '單據還在,不要重新收款,也不要讓顧客再付。', wait: '請稍候,主機一恢復就會告訴您結果。', found: '已確認:這筆收款成功了。', notDone: '已確認:沒有收款成功,單據還在。',
  },
  result: { done: '收款完成', change: '找零', none: '無需找零', total: '應收', number: '收據號', next: '下一單', hint: '掃描下一件商品即可開始新單', unsynced: '離線完成,稍後自動上傳', left: '儲值本店餘額 {amount}', given: '實收 {amount}' },
  notice: { unknownCode: '沒有找到條碼 {code}', unknownCodeNext: '請核對條碼,或按名稱、拼音首字母查找。', network: '連不上門店主機。', networkKept: '已輸入的都在門店主機裡。', networkNext: '請檢查網路,稍後再試。', signedOut: '登入已失效,請重新登入。單據都還在。', busy: '請等這筆收款完成。', taken: '已取回' },
  shortcuts: {
    title: '快速鍵', selling: '收銀', paying: '收款', pay: '收款', member: '查找會員', discount: '整單折扣', lineDiscount: '選中行折扣', walkIn: '改為散客', hold: '掛單', recall: '取單', add: '加商品', quantity: '改數量', remove: '刪除選中行', select: '選擇商品行', enter: '加入商品;搜尋框空時收款', back: '返回,什麼都不會丟', sheet: '開啟這張表',
    cash: '現金', stored: '儲值', external: '其他支付方式', confirm: '完成收款', next: '下一單', scan: '掃碼隨時可用,不管游標在哪裡,中文輸入法開著也行。',
  },
}
export default messages
