/** 简体中文: the default language, and the shape the others follow; each area a file. */
import frame from './frame'
import help from './help'
import giftCard from './giftCard'
import members from './members'
import payment from './payment'
import plans from './plans'
import sales from './sales'
import selling from './selling'
import shifts from './shifts'
import sync from './sync'
import timed from './timed'
import topUp from './topUp'

export default { ...frame, ...help, ...giftCard, ...members, ...payment, ...plans, ...sales, ...selling, ...shifts, ...sync, ...timed, ...topUp }
