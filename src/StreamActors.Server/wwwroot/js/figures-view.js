// Rates and the histogram of proof times, drawn.

import { el, svg, setText, show } from './dom.js'
import { milliseconds } from './endings.js'
import { Rate } from './rates.js'

const width = 220
const sparkHeight = 34
const histogramHeight = 64
const few = 5

export class FiguresView {
  constructor(board) {
    this.board = board
    this.prompts = figure('prompts / s')
    this.tokens = figure('tokens / s')
    this.rates = { prompts: new Rate(), tokens: new Rate() }
    this.histogram = svg('svg', { class: 'histogram', hidden: true, viewBox: `0 0 ${width} ${histogramHeight + 16}`, role: 'img' })
    this.summary = el('p', { class: 'summary' })
    this.none = el('p', { class: 'empty' }, 'No takeover yet.')
    this.element = el('section', { class: 'figures panel', 'aria-labelledby': 'figures-title' },
      el('h2', { id: 'figures-title' }, 'Rates'),
      el('div', { class: 'rates' }, this.prompts.element, this.tokens.element),
      el('h2', {}, 'Time to proof, ms'), this.histogram, this.none, this.summary)
    board.addEventListener('frame', ({ detail: frame }) => {
      this.rates.prompts.note(frame.totals.prompts, frame.now)
      this.rates.tokens.note(frame.tokens, frame.now)
    })
  }

  draw() {
    const now = this.board.now
    this.prompts.draw(this.rates.prompts, now)
    this.tokens.draw(this.rates.tokens, now)
    if (this.board.totals && this.board.totals !== this.drawn) this.#drawProofs(this.drawn = this.board.totals)
  }

  #drawProofs({ proofs, detached, superseded, prompts }) {
    const all = proofs.counts.reduce((sum, count) => sum + count, 0)
    show(this.histogram, all > 0)
    show(this.none, all === 0)
    const highest = Math.max(...proofs.counts, 1)
    const step = width / proofs.counts.length
    this.histogram.replaceChildren(...proofs.counts.map((count, i) => {
      const height = count ? Math.max(2, histogramHeight * count / highest) : 0
      const end = proofs.up_to_ms[i]
      return svg('g', {},
        svg('title', {}, `${end === undefined ? `over ${proofs.up_to_ms.at(-1)} ms` : `up to ${end} ms`}: ${count}`),
        svg('rect', { x: i * step + 1.5, y: histogramHeight - height, width: step - 3, height, rx: 2 }),
        svg('text', { x: i * step + step / 2, y: histogramHeight + 12, 'text-anchor': 'middle' }, end === undefined ? 'more' : String(end)))
    }))
    const text = all === 0 ? '' : `${inWords(proofs, all)} `
    setText(this.summary, `${text}${superseded.toLocaleString('en')} of ${prompts.toLocaleString('en')} prompts superseded, ${detached} fenced off.`)
    this.histogram.setAttribute('aria-label', `Histogram of times to proof, in milliseconds. ${text}`)
  }
}

function inWords(proofs, all) {
  const longest = milliseconds(proofs.max_ms)
  if (all < few) return all === 1 ? `One proof: ${longest}.` : `${all} proofs, the longest ${longest}.`
  const [half, most] = [0.5, 0.99].map(share => quantile(proofs, all, share))
  return `${all.toLocaleString('en')} proofs: half within ${half}, 99\u00a0% within ${most}, longest ${longest}.`
}

/** The upper end of the range in which the share is reached. */
function quantile({ counts, up_to_ms: ends, max_ms: max }, all, share) {
  let sum = 0
  for (const [i, count] of counts.entries()) {
    sum += count
    if (sum >= all * share) return milliseconds(Math.min(ends[i] ?? max, max))
  }
  return milliseconds(max)
}

function figure(unit) {
  const number = el('span', { class: 'number' }, '0')
  const line = svg('path', { class: 'line' })
  const area = svg('path', { class: 'area' })
  const chart = svg('svg', { class: 'spark', viewBox: `0 0 ${width} ${sparkHeight}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, area, line)
  return {
    element: el('div', { class: 'rate' }, el('p', {}, number, el('span', { class: 'unit' }, ` ${unit}`)), chart),
    draw(rate, now) {
      const each = rate.each(now).slice(0, -1)
      const highest = Math.max(...each, 1)
      const points = each.map((value, i) => `${(i * width / (each.length - 1)).toFixed(1)} ${(sparkHeight - 2 - (sparkHeight - 4) * value / highest).toFixed(1)}`)
      const value = rate.perSecond(now)
      setText(number, value > 0 && value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'))
      line.setAttribute('d', `M${points.join('L')}`)
      area.setAttribute('d', `M0 ${sparkHeight}L${points.join('L')}L${width} ${sparkHeight}Z`)
    },
  }
}
