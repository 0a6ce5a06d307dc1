// The lanes: one for each session, its streams as bars over the last minute, and who replaced whom.

import { svg, el, plural, setText, show } from './dom.js'
import { milliseconds } from './endings.js'
import { marks, position } from './time-scale.js'
import { minute } from './board-state.js'

const mostBars = 40
const narrow = 560
const legend = [['streaming', 'streams'], ['completed', 'complete'], ['superseded', 'superseded'], ['stopped', 'stopped'], ['failed', 'failed']]

/** Few lanes are high, many are low. */
const rowOf = (lanes, small) => small ? 22 : [56, 44, 34, 28][lanes - 1] ?? 20

/** @param name  a session's name  @param elsewhere  whether it is another tab's  @param label  a stream's prompt, where this page knows it */
export class LanesView {
  constructor(board, { name, elsewhere, label }) {
    Object.assign(this, { board, name, elsewhere, label })
    this.chart = svg('svg', { class: 'lanes', role: 'img', 'aria-label': 'No streams in the last minute' })
    this.more = el('p', { class: 'more', hidden: true })
    this.empty = el('p', { class: 'empty' }, 'No prompts in the last minute. Each session that gets one shows up here as a lane.')
    this.legend = el('ul', { class: 'legend', 'aria-hidden': 'true' }, ...legend.map(([state, word]) => el('li', { class: `stream ${state}` }, word)))
    this.element = el('div', { class: 'lanes-box' }, this.chart, this.empty, el('footer', {}, this.more, this.legend))
  }

  draw() {
    const width = this.element.clientWidth
    if (!width) return
    const small = width < narrow
    const { shown, more } = this.board.newest(small ? 5 : 7)
    show(this.chart, shown.length > 0)
    show(this.empty, shown.length === 0)
    show(this.more, more > 0)
    setText(this.more, more > 0 ? `and ${plural(more, 'more session')}` : '')
    if (shown.length === 0) return

    const now = this.board.now
    const left = small ? 0 : 104
    const span = width - left - (small ? 104 : 116)
    const row = rowOf(shown.length, small)
    const laneHeight = 2 * row + (small ? 24 : 10)
    const x = time => left + span * position(now - time, minute)
    const height = shown.length * laneHeight + 20
    this.chart.setAttribute('viewBox', `0 0 ${width} ${height}`)
    this.chart.setAttribute('height', height)
    this.chart.replaceChildren(
      ...this.#axis(now, x, height, small ? marks.filter(age => age !== 40_000) : marks),
      ...shown.map((session, i) => this.#lane(session, { x, now, width, small, row, bar: row - 4, y: i * laneHeight + (small ? 18 : 4) })),
    )
    this.chart.setAttribute('aria-label', this.#inWords(shown))
  }

  #axis(now, x, height, ages) {
    return ages.concat(0).map(age => svg('g', { class: age ? 'tick' : 'tick now' },
      svg('line', { x1: x(now - age), x2: x(now - age), y1: 0, y2: height - 16 }),
      svg('text', { x: x(now - age), y: height - 3, 'text-anchor': age === minute ? 'start' : 'middle' }, age ? `${age / 1000} s` : 'now')))
  }

  #lane(session, view) {
    const { x, y, now, width, small, row } = view
    const streams = session.streams.filter(stream => !stream.ended || stream.ended > now - minute).slice(-mostBars)
    const name = this.name(session.id)
    const where = this.elsewhere(session.id) ? 'in another tab' : ''
    return svg('g', { class: 'lane', 'data-session': session.id },
      svg('line', { class: 'floor', x1: 0, x2: width, y1: y + 2 * row + 3, y2: y + 2 * row + 3 }),
      svg('text', { class: 'name', x: 0, y: small ? y - 5 : y + row + 4 }, name.length > 15 && !small ? `${name.slice(0, 14)}…` : small && where ? `${name}, ${where}` : name),
      where && !small ? svg('text', { class: 'where', x: 0, y: y + row + 19 }, where) : null,
      ...streams.map((stream, i) => this.#stream(stream, streams.slice(i + 1).find(other => other.row === stream.row), view)),
      ...streams.map(stream => this.#link(stream, view)))
  }

  #stream(stream, follower, { x, y, now, row, bar }) {
    const top = y + stream.row * row
    const from = x(stream.accepted)
    const to = Math.max(x(stream.ended ?? now), from + 3)
    const first = Math.min(stream.first ? x(stream.first) : to, to)
    const tail = tailOf(stream)
    const room = follower ? x(follower.accepted) - to : Infinity
    return svg('g', { class: `stream ${stateOf(stream)}`, 'data-trace': stream.trace },
      svg('title', {}, this.#titleOf(stream)),
      svg('rect', { class: 'waits', x: from, y: top, width: to - from, height: bar, rx: 4 }),
      first < to ? svg('rect', { class: 'flows', x: first, y: top, width: to - first, height: bar, rx: 4 }) : null,
      this.#labelOf(stream, { x: first < to ? first : from, y: top, width: first < to ? to - first : to - from, height: bar }),
      room > tail.length * 7 ? svg('text', { class: 'tail', x: to + 6, y: top + bar / 2 + 4 }, tail) : null)
  }

  /** The prompt, cut off at the bar's end. */
  #labelOf(stream, { x, y, width, height }) {
    const text = this.label(stream.trace) ?? ''
    return width > 40 && text
      ? svg('svg', { x, y, width: width - 4, height, overflow: 'hidden' }, svg('text', { class: 'label', x: 6, y: height / 2 + 4 }, text))
      : null
  }

  #link(stream, { x, y, row, bar }) {
    const newer = this.board.streams.get(stream.successor)
    if (!newer || newer.row === stream.row || !stream.ended) return null
    const at = x(stream.stopped ?? stream.ended)
    const [from, to] = [stream, newer].map(s => y + bar / 2 + s.row * row)
    const tip = to + (to > from ? -bar / 2 : bar / 2)
    const back = to > from ? -5 : 5
    // Where bars are narrow a head would hide them.
    const head = at - x(stream.accepted) < 16 ? '' : `M${at - 4} ${tip + back}L${at} ${tip}L${at + 4} ${tip + back}`
    return svg('path', { class: 'link', d: `M${at} ${from}V${tip}${head}` })
  }

  #titleOf(stream) {
    const took = stream.took === undefined ? '' : stream.detached ? `, fenced off after ${milliseconds(stream.took)}` : `, proven over in ${milliseconds(stream.took)}`
    return `${this.label(stream.trace) ?? stream.trace.slice(0, 8)}: ${stateOf(stream)}${stream.reason ? ` (${stream.reason})` : ''}, ${stream.tokens} tokens${took}`
  }

  #inWords(shown) {
    return shown.map(session => {
      const states = session.streams.map(stateOf)
      const count = state => states.filter(s => s === state).length
      return `${this.name(session.id)}${this.elsewhere(session.id) ? ' in another tab' : ''}: ${states.length} prompts, ${count('superseded')} superseded, ${count('completed')} completed, ${count('streaming')} streaming`
    }).join('; ')
  }
}

/** How a stream looks. */
export function stateOf(stream) {
  if (stream.detached) return 'detached'
  if (stream.reason === 'registry_new_stream') return 'superseded'
  if (!stream.ended) return stream.first ? 'streaming' : 'waiting'
  return { completed: 'completed', failed: 'failed', unseen: 'unseen' }[stream.outcome] ?? 'stopped'
}

function tailOf(stream) {
  switch (stateOf(stream)) {
    case 'superseded': return stream.took === undefined ? 'replaced' : `over in ${milliseconds(stream.took)}`
    case 'detached': return `fenced, ${milliseconds(stream.took)}`
    case 'completed': return `✓ ${stream.tokens} tok`
    case 'failed': return '✕ failed'
    case 'stopped': return '■ stopped'
    case 'unseen': return '? not seen'
    case 'waiting': return 'waits'
    default: return `${stream.tokens} tok`
  }
}
