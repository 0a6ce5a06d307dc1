// What stands in the page's way, in the open: one notice of each kind, until it is over or put away.

import { el } from './dom.js'

export class Notices {
  #shown = new Map()

  /** @param {Element} place */
  constructor(place) { this.place = place }

  /** Shows it in place of the one of its kind; the same words are not said twice, also when they were put away. */
  say(kind, { message, advice }) {
    const words = `${message} ${advice}`
    if (this.#shown.get(kind)?.words === words) return
    this.clear(kind)
    const element = el('div', { class: 'notice', 'data-kind': kind },
      el('p', {}, el('b', {}, message), ` ${advice}`),
      el('button', { type: 'button', class: 'icon', 'aria-label': 'Put this notice away', onclick: () => element.remove() }, '✕'))
    this.#shown.set(kind, { words, element })
    this.place.append(element)
  }

  /** It holds no longer. */
  clear(kind) {
    this.#shown.get(kind)?.element.remove()
    this.#shown.delete(kind)
  }
}
