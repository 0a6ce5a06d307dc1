// The newest takeover in large: who replaced whom, and how long the proof took.

import { el, plural, setText, show } from './dom.js'

const excerpt = text => text.length > 60 ? `${text.slice(0, 59)}…` : text

export class TakeoverView {
  constructor(board, { name, label, showMe }) {
    Object.assign(this, { board, name, label })
    this.older = el('b', { class: 'old' })
    this.newer = el('b', { class: 'new' })
    this.number = el('span', { class: 'number' })
    this.where = el('p', { class: 'where' })
    this.proof = el('p', { class: 'proof' })
    this.story = el('div', { class: 'story', hidden: true },
      el('p', { class: 'big' }, this.number, el('span', { class: 'unit' }, ' ms')),
      this.proof,
      el('p', { class: 'pair' }, this.older, el('span', { class: 'gave' }, ' gave way to '), this.newer),
      this.where)
    this.intro = el('div', { class: 'intro' },
      el('p', {}, 'Send a prompt. While it streams, send another into the same session: the first gives way, is proven over, and only then does the second begin.'))
    this.button = el('button', { type: 'button', class: 'primary', id: 'show-me', onclick: showMe }, 'Show me')
    this.hint = el('p', { class: 'hint', role: 'status' })
    this.element = el('section', { class: 'takeover panel', 'aria-labelledby': 'takeover-title' },
      el('h2', { id: 'takeover-title' }, 'Newest takeover'), this.story, this.intro, el('p', { class: 'act' }, this.button), this.hint)
  }

  draw() {
    const takeover = this.board.takeover
    show(this.story, Boolean(takeover))
    show(this.intro, !takeover)
    if (!takeover) return
    const { loser, winner, took, detached } = takeover
    setText(this.number, took < 100 ? took.toFixed(1) : String(Math.round(took)))
    setText(this.proof, detached
      ? 'and the old answer had not stopped: it is fenced off and reaches nobody'
      : 'from “stop” to the proof that the old answer is over')
    setText(this.older, this.#words(loser))
    setText(this.newer, this.#words(winner))
    setText(this.where, `${plural(loser.tokens, 'token')} into its answer, in session ${this.name(loser.session)}`)
  }

  #words(stream) {
    const prompt = this.label(stream.trace)
    return prompt ? `“${excerpt(prompt)}”` : `Prompt ${stream.trace.slice(0, 6)}`
  }
}
