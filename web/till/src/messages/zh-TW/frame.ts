/** 繁體中文: the frame: sign-in, status, menu, notices. */
import type frame from '../zh-CN/frame'

const words: typeof frame = {
  colon: '：',
  app: { name: '不打烊', loading: '正在開啟收銀台…', close: '關閉', back: '返回', cancel: '取消', },
  signIn: {
    title: '收銀登入', staff: '員工號', pin: '密碼', submit: '登入', till: '收銀台', tillHint: '小寫字母、數字和連字號，最多 16 位；每個螢幕各用一個名字。',
    changeTill: '改名', tillSave: '記住', tillBad: '名字只能用小寫字母、數字和連字號，並以字母或數字開頭。', need: '請輸入員工號和密碼。', pinShort: '密碼為 4 到 12 位數字。',
  },
  pin: {
    title: '請先修改初始密碼', why: '初始密碼別人也知道。換成只有您自己知道的密碼後就能開始收銀。', old: '目前密碼', fresh: '新密碼', again: '再輸入一次新密碼',
    submit: '修改密碼', differ: '兩次輸入的新密碼不一樣。', digits: '密碼為 4 到 12 位數字。',
  },
  status: {
    shift: '班次', online: '連線中', standalone: '單店', offlineSince: '離線，自 {time}', unsent: '{n} 筆待上傳',
    lost: '連不上門市主機，正在重新連線…', offlineTitle: '和總部的連線', offlineOk: '照常收銀：掃碼、現金、本店可用的儲值都能用。',
    offlineCannot: '暫時不能：使用其他門市的儲值額度、查看全連鎖最新餘額。', offlineLater: '恢復連線後自動上傳，不用做任何事。', oldest: '最早一筆在{time}前',
    onlineOk: '一切正常，資料已和總部同步。', sending: '正在上傳 {n} 筆。', standaloneOk: '單店使用，資料儲存在本店主機。', lostWhy: '已輸入的單據都在門市主機裡，沒有遺失。請檢查網路線和主機電源。',
    stopped: '儲值已暫停使用', clock: '主機時間不準，請聯絡店長校時。', printing: '{n} 張收據等待列印', devices: '{n} 台設備有問題', clearing: '儲值暫停期間請用現金或其他方式收款。',
  },
  menu: {
    open: '選單', language: '語言', theme: '外觀', auto: '自動', light: '淺色', dark: '深色', sound: '提示音', on: '開', off: '關', shortcuts: '快速鍵', signOut: '登出',
    tickets: '開單模式',
  },
  notice: { unknownCode: '沒有找到條碼 {code}', unknownCodeNext: '請核對條碼，或按名稱、拼音首字母搜尋。', network: '連不上門市主機。', networkKept: '已輸入的都在門市主機裡。', networkNext: '請檢查網路，稍後再試。', signedOut: '登入已失效，請重新登入。單據都還在。', busy: '請等這筆收款完成。', taken: '已取回' },
  keypad: { label: '數字鍵盤', clear: '清空', back: '退格', dot: '小數點', },
  approval: { title: '請值班主管批准', staff: '主管員工號', pin: '主管密碼', submit: '批准', why: '{what}超出收銀員權限。主管在這裡輸入後立即生效，收銀員不用登出。' },
  unknown: {
    title: '正在確認這筆收款', why: '剛才門市主機沒有答覆。收銀台正用同一個編號再問一次，不會重複收款。', kept: '單據還在，不要重新收款，也不要讓顧客再付。', wait: '請稍候，主機一恢復就會告訴您結果。', found: '已確認：這筆收款成功了。', notDone: '已確認：沒有收款成功，單據還在。',
    lookUp: '剛才的一筆收款不知道結果。', lookUpNext: '請在單據裡查一下，再決定是否重新收款。',
  },
}

export default words
