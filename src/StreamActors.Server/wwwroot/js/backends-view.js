// The backends in one line: who can be reached, what runs there.

import { el, setText } from './dom.js'

export class BackendsView {
  constructor(board) {
    this.board = board
    this.list = el('ul', { class: 'backends', 'aria-label': 'Backends' })
    this.element = this.list
  }

  draw() {
    if (this.drawn === this.board.backends) return
    this.drawn = this.board.backends
    while (this.list.children.length > this.drawn.length) this.list.lastChild.remove()
    while (this.list.children.length < this.drawn.length) this.list.append(el('li', {}, el('b'), el('span')))
    this.drawn.forEach((backend, i) => {
      const item = this.list.children[i]
      item.className = backend.reachable === false ? 'down' : backend.reachable ? 'up' : 'unknown'
      setText(item.firstChild, backend.name)
      setText(item.lastChild, wordsOf(backend))
    })
  }
}

function wordsOf({ reachable, running, waiting, detached }) {
  const state = reachable === null ? 'not asked yet' : reachable ? 'reachable' : 'unreachable'
  const extra = [waiting ? `${waiting} waiting` : '', detached ? `${detached} detached` : ''].filter(Boolean)
  return [state, `${running} running`, ...extra].join(' · ')
}
