// What modules say: the server put it on the page, in the language of the page.

const words = JSON.parse(document.body.dataset.words);

/** Return a sentence with its %(places)s filled in. */
export function word(name, values = {}) {
  return words[name].replace(/%\((\w+)\)s/g, (_, place) => values[place]);
}
