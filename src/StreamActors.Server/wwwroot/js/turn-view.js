// One turn: the prompt, the answer as it comes, and how it ended.

import { el, setText, show } from './dom.js'
import { isMine } from './turns.js'

export class TurnView {
  constructor(turn) {
    this.turn = turn
    this.thought = el('pre', { class: 'thought' })
    this.thinking = el('details', { class: 'thinking', hidden: true }, el('summary', {}, 'Thoughts'), this.thought)
    this.answer = el('p', { class: 'text' })
    this.ending = el('p', { class: 'ending' })
    this.element = el('li', { class: 'turn' },
      el('p', { class: 'prompt' }, turn.prompt),
      el('div', { class: 'answer' }, this.thinking, this.answer, this.ending))
    this.draw()
  }

  draw() {
    const { text, thought, ending, note, stopping } = this.turn
    const state = ending?.state ?? (text || thought ? 'streaming' : 'waiting')
    this.element.dataset.state = state
    if (this.turn.trace) this.element.dataset.trace = this.turn.trace
    grow(this.answer, text)
    grow(this.thought, thought)
    show(this.thinking, Boolean(thought))
    show(this.answer, Boolean(text))
    setText(this.ending, wordsOf(state, { ending, note, stopping, text, where: isMine(this.turn) ? '' : ' in another tab' }))
  }
}

function wordsOf(state, { ending, note, stopping, text, where }) {
  if (stopping) return 'Stopping …'
  if (state === 'waiting') return `Waiting for the first token${where} …`
  if (state === 'streaming') return `Streaming${where} …`
  if (state === 'complete') return ending.text
  return `${ending.text}${note ? `, ${note}` : ''}${text ? '. The answer is not complete.' : '.'}`.replace('..', '.')
}

/** Adds what is new to the one text node there is. */
function grow(element, text) {
  if (!text) return
  const node = element.firstChild ?? element.appendChild(document.createTextNode(''))
  if (text.startsWith(node.data)) node.appendData(text.slice(node.data.length))
  else node.data = text
}
