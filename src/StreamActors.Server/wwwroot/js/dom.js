// Makes elements. Text goes in as text: nothing here, and nothing anywhere on this page, parses markup.

const svgSpace = 'http://www.w3.org/2000/svg'

/** An HTML element with attributes, listeners (onclick: f), and children that are nodes or texts. */
export const el = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children)

/** The same for SVG. */
export const svg = (name, attributes = {}, ...children) => fill(document.createElementNS(svgSpace, name), attributes, children)

/** Sets the text of an element if it is another one, so that screen readers are told of changes only. */
export const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text
}

/** A count and its noun. */
export const plural = (count, noun) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`

/** Shows or hides. */
export const show = (element, visible) => element.toggleAttribute('hidden', !visible)

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value)
    else element.setAttribute(key, value === true ? '' : value)
  }
  element.append(...children.filter(child => child !== undefined && child !== null))
  return element
}
