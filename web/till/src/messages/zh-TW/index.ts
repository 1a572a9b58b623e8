/** 繁體中文; each area a file. */
import frame from './frame'
import members from './members'
import payment from './payment'
import sales from './sales'
import selling from './selling'
import shifts from './shifts'
import sync from './sync'
import topUp from './topUp'

export default { ...frame, ...members, ...payment, ...sales, ...selling, ...shifts, ...sync, ...topUp }
