/** 简体中文: the frame of help and of the first-run tour; the texts themselves are in `helpTexts.ts`, loaded when asked for. */
export default {
  help: { title: '帮助', hint: '每个界面怎么用', topics: '主题', open: '帮助', again: '再看一遍入门', none: '帮助没有取到，请检查网络后再按 F1。' },
  tour: {
    offer: '第一次用这台收银台？', offerWhy: '花一分钟认识一下界面，随时可以跳过。', start: '开始', no: '不用了', skip: '跳过', next: '下一步', back: '上一步', end: '知道了', step: '{n} / {of}',
    scan: '扫条码，或输入名称、拼音首字母，商品就进单。扫码时光标在哪里都行，输入法不用关。', basket: '商品在这里。点一行可以改数量、打折或删除；价格由主机算，点开能看怎么来的。', member: '刷卡、扫会员码或按 F3 找会员，会员价和储值马上可用。', pay: '按 F2 收款。每个界面最重要的按钮都在这里。', hold: '顾客还没选好？按 F7 挂单，别的收银台也能取。', rail: '按 F10 看更多功能：充值、退货、打印任务、班次。', state: '断网也照常收银。这里告诉您离线多久、多少笔待上传。', menu: '换语言、换外观、退出登录都在这里。任何时候按 F1 看当前界面的帮助。',
    approve: '收银员退货、大额打折时，您在他的屏幕上输入员工号和密码就行，不用换人登录。', shift: '按 F10 再点“班次”：放入取出现金、X 报表、点钞交班。差异要写原因。', papers: '小票没打出来？F10 里的“打印任务”可以重打或取消，一张也不会丢。', training: '新员工先在登录界面进入演练模式，怎么点都不会弄坏真的数据。',
  },
}
