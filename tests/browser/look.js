// What the tests ask of a page, from within it (look.py). No build reads this file.
({
  // What is cut off, covered, outside the window, or needs scrolling sideways; of the topmost dialog when one is open.
  seen() {
    const boxes = [...document.querySelectorAll('[role=dialog], [role=alertdialog]')]
    const scope = boxes.filter((box) => box.getClientRects().length).at(-1) ?? document.body
    const faults = []
    const tell = (what, element, by) => {
      const words = (element.getAttribute('aria-label') || element.innerText || element.placeholder || '').trim()
      const kind = element.getAttribute('class') ?? ''
      faults.push(`${what}: <${element.tagName.toLowerCase()} class="${kind}"> “${words.slice(0, 40)}”${by ? ` by ${by}` : ''}`)
    }
    const shown = (element) => {
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false
      const box = element.getBoundingClientRect()
      return box.width > 2 && box.height > 2 && !element.closest('.unseen, [aria-hidden=true]')
    }
    // the nearest ancestor that scrolls: what lies beyond its edge can be reached
    const scroller = (element) => {
      for (let above = element.parentElement; above && above !== document.body; above = above.parentElement) {
        const style = getComputedStyle(above)
        if (/auto|scroll/.test(style.overflowX + style.overflowY)) return above
      }
      return null
    }
    const controls = [...scope.querySelectorAll('button, input, select, textarea, a[href], [role=option], [role=tab]')].filter(shown)
    const texts = [...scope.querySelectorAll('*')].filter(
      (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && shown(element),
    )
    const root = document.documentElement
    if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) tell('the page itself scrolls', document.body)
    for (const element of new Set([...controls, ...texts])) {
      const box = element.getBoundingClientRect()
      const inside = box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1 && box.left >= -1 && box.top >= -1
      // a keypad is no list: it is never to be scrolled to
      if (!inside && (!scroller(element) || element.closest('.pad'))) tell('outside', element)
    }
    for (const element of texts) {
      const style = getComputedStyle(element)
      if (style.display === 'inline' || element.closest('svg')) continue
      const wide = element.scrollWidth > element.clientWidth + 1 && !/auto|scroll/.test(style.overflowX)
      const high = element.scrollHeight > element.clientHeight + 4 && /hidden|clip/.test(style.overflowY)
      if (wide || high) tell('cut off', element)
    }
    for (const element of scope.querySelectorAll('*')) {
      if (element.matches('nav, input, textarea') || !element.clientWidth) continue
      if (element.scrollWidth > element.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(element).overflowX))
        tell('scrolls sideways', element)
    }
    for (const element of controls) {
      // keypads and quick amounts do what the keyboard does beside them, tabs go by arrows
      const other = element.closest('.pad, .quick, [role=tablist], [role=listbox]')
      if (element.tabIndex < 0 && !element.disabled && !other) tell('out of reach of the Tab key', element)
      const box = element.getBoundingClientRect()
      const x = box.left + box.width / 2
      const y = box.top + box.height / 2
      const above = scroller(element)?.getBoundingClientRect()
      if (above && (x < above.left || x > above.right || y < above.top || y > above.bottom)) continue
      const there = document.elementFromPoint(x, y)
      if (!there || element.contains(there) || there.contains(element)) continue
      // what sticks to the edge of a list lies over it until it is scrolled
      const sticks = (part) => part && (getComputedStyle(part).position === 'sticky' || sticks(part.parentElement))
      if (above && sticks(there)) continue
      // a menu that hangs from the bar lies over the page while it is open, and so does a notice until it is closed
      if (there.closest('header, [role=alert]') && !element.closest('header')) continue
      if (!there.closest('label')?.contains(element)) tell('covered', element, there.outerHTML.slice(0, 60))
    }
    return [...new Set(faults)]
  },
  // Every text that is shown or read out.
  words() {
    const found = []
    for (const element of document.body.querySelectorAll('*')) {
      if (element.closest('kbd, script, style') || !element.checkVisibility()) continue
      for (const node of element.childNodes) if (node.nodeType === 3) found.push(node.data)
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) found.push(element.getAttribute(name) ?? '')
    }
    return found.map((text) => text.trim()).filter(Boolean)
  },
  // Serious and critical faults that axe-core finds; `only`: rules, none: all.
  async axe(only) {
    const { violations } = await axe.run(document, { resultTypes: ['violations'], ...(only.length ? { runOnly: only } : {}) })
    return violations
      .filter((one) => ['serious', 'critical'].includes(one.impact))
      .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\s+/g, ' ')}`))
  },
})
