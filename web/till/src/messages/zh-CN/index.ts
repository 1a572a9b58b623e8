/** 简体中文: the default language, and the shape the others follow; each area a file. */
import frame from './frame'
import members from './members'
import payment from './payment'
import selling from './selling'
import shifts from './shifts'
import topUp from './topUp'

export default { ...frame, ...members, ...payment, ...selling, ...shifts, ...topUp }
