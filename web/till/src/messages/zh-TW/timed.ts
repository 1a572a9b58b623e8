/** 繁體中文: timed sessions. */
import type timed from '../zh-CN/timed'

const words: typeof timed = {
  timed: {
    title: '計時', hint: '開始計時、暫停、結帳', start: '開始計時', what: '計時項目', noItems: '還沒有計時項目，請店長在設定裡新增。', price: '{amount} 元 / {minutes} 分鐘', label: '位置或編號', labelHint: '如 3 號房、5 號機', labelLong: '最多 32 個字。', forMember: '記在會員 {name} 名下', go: '開始',
    running: '正在計時', empty: '現在沒有計時', emptyHint: '在左邊選項目開始；結帳時金額加到目前單。', paused: '已暫停', steps: '計 {n} 個時段', pause: '暫停', resume: '繼續', bill: '結帳', free: '在免費時間內，沒有產生費用。',
    end: '作廢', endWhat: '作廢計時：{name}', endWhy: '這次計時不收費，需要值班主管同意。', endDo: '作廢', r1: '開錯了', r2: '顧客沒有使用',
  },
}

export default words
