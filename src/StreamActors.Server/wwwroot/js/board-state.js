// What the board knows: streams and sessions of the last minute, made from the feed.

export const minute = 60_000
const kept = minute + 5_000
const mostStreams = 3_000

/**
 * A stream: {trace, session, model, accepted, started, first, ended, outcome, reason, tokens, successor, predecessor, took, detached,
 * row}. Times are the server's, in milliseconds.
 */
export class BoardState extends EventTarget {
  streams = new Map()
  sessions = new Map()
  backends = []
  totals = null
  counts = { sessions: 0, streams: 0 }
  takeover = null
  #ahead = 0

  /** The server's clock. */
  get now() { return Date.now() + this.#ahead }

  /** Takes in one message of the feed. */
  apply({ full, frame }) {
    this.#ahead = frame.now - Date.now()
    this.counts = { sessions: frame.sessions, streams: frame.streams }
    for (const event of frame.events) this.#event(event)
    for (const running of frame.running) this.#running(running)
    if (full || frame.lost > 0) this.#reconcile(frame)
    this.backends = frame.backends
    this.totals = frame.totals
    this.#prune()
    this.dispatchEvent(new CustomEvent('frame', { detail: frame }))
  }

  /** The newest sessions, in the order in which they came up, and how many more there are. */
  newest(most) {
    const all = [...this.sessions.values()]
    const shown = all.sort((a, b) => b.last - a.last).slice(0, most).sort((a, b) => a.first - b.first)
    return { shown, more: Math.max(this.counts.sessions, all.length) - shown.length }
  }

  #event(event) {
    const stream = this.#stream(event.trace, event.session, event.at)
    switch (event.event) {
      case 'stream_accepted':
        Object.assign(stream, { accepted: event.at, model: event.model })
        break
      case 'stream_start':
        Object.assign(stream, { started: event.at, model: event.model, backend: event.backend })
        break
      case 'stream_dropped':
        Object.assign(stream, { ended: event.at, outcome: 'dropped', reason: event.reason })
        this.#replaced(stream, event)
        break
      case 'stream_cancelled':
        Object.assign(stream, { stopped: event.at, reason: event.reason })
        this.#replaced(stream, event)
        break
      case 'stream_end':
        Object.assign(stream, { ended: event.at, outcome: event.outcome, reason: event.reason ?? stream.reason, tokens: event.tokens })
        if (event.ttft_ms !== undefined && stream.started) stream.first = stream.started + event.ttft_ms
        this.dispatchEvent(new CustomEvent('end', { detail: stream }))
        break
      case 'prev_stream_finished_cleanly':
      case 'prev_stream_timeout_on_cancel':
        stream.took = event.took_ms
        stream.detached = event.event === 'prev_stream_timeout_on_cancel'
        if (stream.successor) this.takeover = { loser: stream, winner: this.#winner(stream), took: event.took_ms, detached: stream.detached, at: event.at }
        this.dispatchEvent(new CustomEvent('proof', { detail: stream }))
        break
      case 'stream_detached_ended':
        stream.detached = false
        break
    }
  }

  #running(running) {
    const stream = this.#stream(running.trace, running.session, running.started)
    if (stream.ended) return
    Object.assign(stream, { model: running.model, started: stream.started ?? running.started, tokens: running.tokens, seen: this.now })
    if (running.ttft_ms !== null) stream.first ??= running.started + running.ttft_ms
  }

  /** After a gap: what is not among the newest that run, though it is as new, has ended unseen. */
  #reconcile(frame) {
    const running = new Set(frame.running.map(stream => stream.trace))
    const all = running.size >= frame.streams
    const oldest = Math.min(...frame.running.map(stream => stream.started))
    for (const stream of this.streams.values()) {
      if (stream.ended || running.has(stream.trace) || !stream.started) continue
      if (all || stream.started > oldest) Object.assign(stream, { ended: frame.now, outcome: 'unseen' })
    }
  }

  #stream(trace, id, at) {
    let stream = this.streams.get(trace)
    if (!stream) {
      let session = this.sessions.get(id)
      if (!session) this.sessions.set(id, session = { id, first: at, last: at, streams: [] })
      session.last = Math.max(session.last, at)
      stream = { trace, session: id, accepted: at, tokens: 0, row: 0 }
      session.streams.push(stream)
      this.streams.set(trace, stream)
    }
    return stream
  }

  /** A newer prompt takes this one's place; it is drawn on the other row. */
  #replaced(stream, { superseded_by: trace, at }) {
    if (!trace) return
    stream.successor = trace
    const newer = this.#stream(trace, stream.session, at)
    newer.row = 1 - stream.row
    newer.predecessor = stream.trace
  }

  /** Who came in the end, where the one that replaced it was replaced while it waited. */
  #winner(stream) {
    let winner = stream
    while (winner.successor && this.streams.has(winner.successor) && (winner === stream || winner.outcome === 'dropped')) {
      winner = this.streams.get(winner.successor)
    }
    return winner
  }

  #prune() {
    const oldest = this.now - kept
    let over = this.streams.size - mostStreams
    for (const [trace, stream] of this.streams) {
      if (stream.ended ? stream.ended > oldest && over <= 0 : (stream.seen ?? stream.accepted) > oldest - 15 * minute) continue
      over--
      this.streams.delete(trace)
      const session = this.sessions.get(stream.session)
      session.streams = session.streams.filter(other => other !== stream)
      if (session.streams.length === 0) this.sessions.delete(stream.session)
    }
  }
}
