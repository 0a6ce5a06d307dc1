// One session of the chat: its turns, what runs in it, and how it is stopped.

import { cancel, endSession, findSession } from './api.js'
import { ask } from './answer.js'
import { history, isGuess, ofCode, ofVerdict, receiptText, superseded } from './endings.js'

const mostTurns = 100

/**
 * A turn: {prompt, text, thought, trace, ending, note}. Without an ending it streams. Dispatches 'turn' (detail: the turn) while
 * one changes and 'changed' for everything else.
 */
export class Conversation extends EventTarget {
  #verdicts = new Map()

  constructor({ id, name, model, turns = [] }) {
    super()
    Object.assign(this, { id, name, model, turns })
    // What streamed when the page went has no reader any more; the board may say more.
    for (const turn of turns) {
      if (!turn.ending) turn.ending = ofCode('page_left')
    }
  }

  /** The turn whose answer streams, the newest if an older one is not over yet. */
  get running() {
    const last = this.turns.at(-1)
    return last && !last.ending ? last : null
  }

  /** Sends a prompt; whatever streams here gives way to it. */
  async send(prompt) {
    const body = { model: this.model || undefined, messages: history(this.turns, prompt), stream: true }
    const turn = { prompt, text: '', thought: '', trace: null, ending: null, note: '', at: Date.now() }
    this.turns.push(turn)
    if (this.turns.length > mostTurns) this.turns.shift()
    this.#changed()
    const controller = new AbortController()
    this.abort = () => controller.abort()
    const ending = await ask({ session: this.id, body, signal: controller.signal }, {
      trace: trace => { turn.trace = trace; this.#turn(turn) },
      text: piece => { turn.text += piece; this.#turn(turn) },
      thought: piece => { turn.thought += piece; this.#turn(turn) },
    })
    turn.ending = ending.superseded ? superseded(this.#isOld(turn)) : ending
    this.#judge(turn)
    this.#turn(turn)
    this.#changed()
  }

  /** Stops what runs, and notes the receipt. */
  async stop() {
    const turn = this.running
    if (!turn || turn.stopping) return
    turn.stopping = true
    this.#turn(turn)
    const trace = turn.trace ?? await this.#traceOfNewest()
    if (trace) {
      turn.trace = trace
      turn.note = receiptText(await cancel(trace).catch(() => ({ message: 'the server cannot be reached' })))
    } else {
      this.abort()
    }
    delete turn.stopping
    this.#turn(turn)
    this.#changed()
  }

  /** Ends the session here and at the server. */
  remove() {
    this.abort?.()
    endSession(this.id).catch(() => {})
  }

  rename(name) {
    this.name = name
    this.#changed()
  }

  setModel(model) {
    this.model = model
    this.#changed()
  }

  /** What the board says of a stream: why it ended, how long the proof took. It may say so before the connection's end is seen here, or after. */
  learn(trace, { reason, note }) {
    if (reason) this.#verdicts.set(trace, reason)
    if (this.#verdicts.size > mostTurns) this.#verdicts.delete(this.#verdicts.keys().next().value)
    const turn = this.turns.find(t => t.trace === trace)
    if (!turn) return
    if (note) turn.note = note
    this.#judge(turn)
    this.#turn(turn)
    this.#changed()
  }

  /** What is kept. */
  toJSON() {
    const { id, name, model, turns } = this
    return { id, name, model, turns: turns.map(({ stopping, ...turn }) => turn) }
  }

  /** Before the first byte of an answer only the session knows its trace. */
  async #traceOfNewest() {
    const view = await findSession(this.id).catch(() => null)
    return view?.waiting ?? view?.trace
  }

  /** A browser may lose the last words before a cut; the server's own word stands. */
  #judge(turn) {
    if (isGuess(turn.ending)) turn.ending = ofVerdict(this.#verdicts.get(turn.trace), this.#isOld(turn)) ?? turn.ending
  }

  #isOld(turn) { return this.turns.indexOf(turn) < this.turns.length - 1 }

  #turn(turn) {
    this.dispatchEvent(new CustomEvent('turn', { detail: turn }))
  }

  #changed() {
    this.dispatchEvent(new Event('changed'))
  }
}
