// One session of the chat: its turns, what runs in it, and how it is stopped.

import { cancel, endSession, findSession } from './api.js'
import { ask } from './answer.js'
import { history, isGuess, ofCode, ofVerdict, receiptText, superseded } from './endings.js'
import { insert, isMine, isOld, newTurn } from './turns.js'
import { sessionOf } from './visit.js'

const mostTurns = 100
/** A browser has a few connections to a server for all its tabs. Where none is left a prompt or a stop waits for the very stream it is to end. */
const patience = 4000

/**
 * Dispatches 'turn' (detail: the turn) while one changes and 'changed' for everything else; and what is to be kept: 'keep' (detail: the
 * turn), 'drop' (detail: the turn) for one too many, 'settings' for name, model and closed.
 */
export class Conversation extends EventTarget {
  #verdicts = new Map()
  #used = false
  #aborts = new Map()
  turns = []

  constructor({ id, name, model, at, closed = 0 }) {
    super()
    Object.assign(this, { id, name, model, at, closed })
  }

  /** Its session at the server: this page load's own. */
  get session() { return sessionOf(this.id) }

  /** This tab's turn whose answer streams, the newest if an older one is not over yet. */
  get running() {
    const last = this.turns.findLast(isMine)
    return last && !last.ending ? last : null
  }

  /** Sends a prompt; what streams here for this tab gives way to it. */
  async send(prompt) {
    // What another tab's answer is not yet, no model can be told.
    const said = this.turns.filter(turn => turn.ending || isMine(turn))
    const body = { model: this.model || undefined, messages: history(said, prompt), stream: true }
    const turn = newTurn(prompt, this.turns)
    this.#add(turn)
    this.#keep(turn)
    this.#changed()
    this.#used = true
    const controller = new AbortController()
    const older = [...this.#aborts.values()]
    const waiting = setTimeout(() => older.forEach(abort => abort()), patience)
    this.#aborts.set(turn, () => controller.abort())
    const ending = await ask({ session: this.session, body, signal: controller.signal }, {
      trace: trace => { clearTimeout(waiting); turn.trace = trace; this.#keep(turn) },
      text: piece => { turn.text += piece; this.#keep(turn) },
      thought: piece => { turn.thought += piece; this.#keep(turn) },
    })
    clearTimeout(waiting)
    this.#aborts.delete(turn)
    turn.ending = ending.superseded ? superseded(isOld(this.turns, turn)) : ending
    this.#judge(turn)
    this.#keep(turn)
    this.#changed()
  }

  /** Stops what runs, and notes the receipt. */
  async stop() {
    const turn = this.running
    if (!turn || turn.stopping) return
    turn.stopping = true
    this.#turn(turn)
    const abort = this.#aborts.get(turn)
    const waiting = setTimeout(abort, patience)
    const trace = turn.trace ?? await this.#traceOfNewest()
    if (trace) {
      turn.trace = trace
      turn.note = receiptText(await cancel(trace).catch(() => ({ message: 'the server cannot be reached' })))
    } else {
      abort?.()
    }
    clearTimeout(waiting)
    delete turn.stopping
    this.#keep(turn)
    this.#changed()
  }

  /** Ends this tab's session at the server, and with it what runs there. */
  async end() {
    if (!this.#used) return
    this.#used = false
    const ended = await endSession(this.session).catch(() => null)
    if (!ended?.ok) this.#aborts.forEach(abort => abort())
  }

  /** Changes name, model or closed. */
  set(settings) {
    Object.assign(this, settings)
    this.dispatchEvent(new Event('settings'))
    this.#changed()
  }

  /** Takes in what another tab has kept: a turn, or null and the id of one that is no more. */
  take(data, id = data.id) {
    const known = this.turns.find(turn => turn.id === id)
    // Of what is asked here this tab knows best, also where another one took it for gone.
    if (known && isMine(known) && (data || !known.ending)) return data?.left && this.#keep(known)
    if (!data) this.turns = this.turns.filter(turn => turn !== known)
    else if (known) this.#turn(Object.assign(known, { left: false }, data))
    else this.#add(data)
    this.#changed()
  }

  /** Takes in name and closed as another tab has kept them. Which model is asked each tab chooses for itself. */
  takeSettings({ name, closed = 0 }) {
    Object.assign(this, { name, closed })
    this.#changed()
  }

  /** One turn less, here and where it is kept. */
  drop(turn) {
    this.turns = this.turns.filter(other => other !== turn)
    this.dispatchEvent(new CustomEvent('drop', { detail: turn }))
    this.#changed()
  }

  /** What runs on is lost with the page that asked: this one as it goes, or another that is gone. */
  leave(turn) {
    Object.assign(turn, { left: true, ending: ofCode('page_left') })
    this.#judge(turn)
    this.#keep(turn)
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
    this.#keep(turn)
    this.#changed()
  }

  /** What is kept beside the turns. */
  toJSON() {
    const { id, name, model, at, closed } = this
    return { id, name, model, at, closed }
  }

  /** Before the first byte of an answer only the session knows its trace. */
  async #traceOfNewest() {
    const view = await findSession(this.session).catch(() => null)
    return view?.waiting ?? view?.trace
  }

  /** A browser may lose the last words before a cut; the server's own word stands. */
  #judge(turn) {
    if (isGuess(turn.ending)) turn.ending = ofVerdict(this.#verdicts.get(turn.trace), isOld(this.turns, turn)) ?? turn.ending
  }

  #add(turn) {
    insert(this.turns, turn)
    this.#turn(turn)
    if (this.turns.length > mostTurns) this.drop(this.turns[0])
  }

  #turn(turn) { this.dispatchEvent(new CustomEvent('turn', { detail: turn })) }

  #keep(turn) {
    this.dispatchEvent(new CustomEvent('keep', { detail: turn }))
    this.#turn(turn)
  }

  #changed() { this.dispatchEvent(new Event('changed')) }
}
