/** 繁體中文: the frame of help and of the first-run tour. */
import type help from '../zh-CN/help'

const words: typeof help = {
  help: { title: '說明', hint: '每個畫面怎麼用', topics: '主題', open: '說明', again: '再看一遍入門', none: '說明沒有取到，請檢查網路後再按 F1。' },
  tour: {
    offer: '第一次用這台收銀台？', offerWhy: '花一分鐘認識一下畫面，隨時可以跳過。', start: '開始', no: '不用了', skip: '跳過', next: '下一步', back: '上一步', end: '知道了', step: '{n} / {of}',
    scan: '掃條碼，或輸入名稱、拼音首字母，商品就進單。掃碼時游標在哪裡都行，輸入法不用關。', basket: '商品在這裡。點一行可以改數量、打折或刪除；價格由主機算，點開能看怎麼來的。', member: '刷卡、掃會員碼或按 F3 找會員，會員價和儲值馬上可用。', pay: '按 F2 收款。每個畫面最重要的按鈕都在這裡。', hold: '顧客還沒選好？按 F7 掛單，別的收銀台也能取。', rail: '按 F10 看更多功能：儲值、退貨、列印工作、班次。', state: '斷線也照常收銀。這裡告訴您離線多久、多少筆待上傳。', menu: '換語言、換外觀、登出都在這裡。任何時候按 F1 看目前畫面的說明。',
    approve: '收銀員退貨、大額打折時，您在他的螢幕上輸入員工號和密碼就行，不用換人登入。', shift: '按 F10 再點「班次」：放入取出現金、X 報表、點鈔交班。差異要寫原因。', papers: '收據沒印出來？F10 裡的「列印工作」可以重印或取消，一張也不會丟。', training: '新員工先在登入畫面進入演練模式，怎麼點都不會弄壞真的資料。',
  },
}

export default words
