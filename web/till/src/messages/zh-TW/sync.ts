/** 繁體中文: the line to head office, training, and faults of the page itself. */
import type sync from '../zh-CN/sync'

const words: typeof sync = {
  sync: {
    title: '同步', hint: '和總部的連線，待上傳的單據', onlineSince: '線上，自 {time}', offlineSince: '離線，自 {time}', never: '還沒有連上過總部', standalone: '單店使用', standaloneWhy: '所有資料儲存在本店主機，沒有要上傳的。', works: '照常能做', worksList: '掃碼、現金和其他收款、本店可用的儲值和次數、退本店的貨、儲值、開班交班，都不受影響。', cannot: '現在不能做',
    chain_balance: '查看全連鎖的最新餘額', rights_request: '使用放在其他門市的儲值和次數', foreign_refund: '退其他門市賣出的貨（可以先收下商品）', stored_value: '使用儲值：本機額度已暫停，請聯絡總部', later: '恢復連線後自動上傳，不用做任何事。',
    unsent: '待上傳', none: '全部已上傳', noneHint: '總部已經確認收到本店的每一筆。', oldest: '最早一筆在{time}前', retry: '立即重試', retried: '正在重新連線總部…', more: '更多', time: '時間', what: '內容', amount: '金額', who: '經手', detail: '查看待上傳的單據',
    export: '匯出到隨身碟', exportWhat: '把待上傳的單據存成一個檔案。檔案是加密的，只有總部能打開；匯出不算上傳，單據仍在本機。', exportNext: '接著做：把檔案拷到隨身碟交給總部，由總部用 stayopen hq import 匯入。恢復連線後自動核對，不會重複入帳。在那之前請留著檔案。', exported: '已匯出 {name}，請拷到隨身碟交給總部。', exportWho: '請班長或店長登入後匯出。',
    kind_sale: '銷售', kind_refund: '退貨', kind_issue: '儲值/發放', kind_withdraw: '退儲值', kind_shift: '班次', kind_claim: '跨店退貨', kind_claim_paid: '跨店退貨付款', kind_audit: '操作紀錄', kind_member: '會員資料', kind_entitlement: '期限卡', kind_plan: '辦卡', kind_other: '其他紀錄',
    a_stalled: '連著總部，但總部沒有確認新的單據。單據都在本機，請聯絡總部。', a_refused: '總部沒有接受這台主機的連線，請聯絡總部。', a_fault: '本機的同步程式出過錯，正在自動重試。一直這樣請聯絡總部。', a_unreachable: '找不到總部，正在自動重試。', a_other: '同步有問題（{code}），請聯絡總部。',
  },
  signOut: { title: '登出？', kept: '什麼都不會丟：未結的單據、掛單和班次都在門市主機裡，下次登入接著用。', unsent: '還有 {n} 筆等待上傳，會自動繼續，不需要有人登入。', shift: '班次還開著。換人收銀不用交班；今天結束請先到「班次」點鈔交班。', submit: '登出' },
  training: { enter: '進入演練模式', leave: '結束演練', banner: '演練模式：這裡的商品、會員和收款都不是真的', why: '用演練資料練習收銀，不影響真實的單據和庫存。' },
  fault: { title: '收銀台的頁面出了點問題', why: '頁面自己出了錯，不是您的操作。', kept: '單據、會員和收款都在門市主機裡，沒有丟失。', go: '繼續收銀', reload: '重新載入', code: '告訴管理員：{code}' },
}

export default words
