// Decides how elements are made: from text and elements only, never from markup.

/** An element; what it contains is only ever text or elements. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

const button = (text, title, onclick, className = "") => make("button", { type: "button", title, onclick, className }, text);
