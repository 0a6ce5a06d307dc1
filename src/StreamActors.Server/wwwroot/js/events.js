// Server-sent events out of a response's body. EventSource cannot send a key, nor a prompt.

/**
 * Yields {type, data} for every event of the body; comments are skipped. Throws what the body throws when its connection is cut.
 * @param {Response} response
 * @param {Function} heard  called whenever bytes came, be they comments
 */
export async function* readEvents(response, heard = () => {}) {
  // Read at once: what waits in a stream is thrown away when its connection is cut, the server's last words among it.
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      heard()
      const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/)
      rest = blocks.pop()
      for (const block of blocks) {
        const event = parse(block)
        if (event) yield event
      }
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}

function parse(block) {
  let type = 'message'
  const data = []
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
    else if (line.startsWith('event:')) type = line.slice(6).trim()
  }
  return data.length ? { type, data: data.join('\n') } : null
}
