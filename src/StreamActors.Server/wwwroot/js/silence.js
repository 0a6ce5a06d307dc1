// How long a connection may say nothing before it is taken for dead.

/** Aborts the controller after that long without a sign of life. */
export class Silence {
  tooLong = false
  #timer

  /** @param {number} limit  in milliseconds; what is set later holds from the next sign on */
  constructor(controller, limit) {
    Object.assign(this, { controller, limit })
    this.broken()
  }

  /** Something came. */
  broken() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.tooLong = true
      this.controller.abort()
    }, this.limit)
  }

  /** It is no longer waited for. */
  over() { clearTimeout(this.#timer) }
}
