/** What does not tell names apart; the same characters as in SQL's name_bigrams. */
const NOT_TELLING = /[\s·,、。()_-]/g;

/**
 * How alike two names are, from 0 to 1: Dice's coefficient over their pairs of neighbouring characters, because Chinese
 * parts no words. Width, case, spaces and punctuation do not matter.
 */
export function nameSimilarity(own: string, theirs: string): number {
  const [a, b] = [bigramsOf(own), bigramsOf(theirs)];
  if (a.size + b.size === 0) return own === theirs ? 1 : 0;
  const shared = [...a].filter((bigram) => b.has(bigram)).length;
  return (2 * shared) / (a.size + b.size);
}

function bigramsOf(name: string): ReadonlySet<string> {
  const characters = Array.from(name.normalize('NFKC').toLowerCase().replace(NOT_TELLING, ''));
  // A name of one character is its own pair.
  if (characters.length === 1) return new Set(characters);
  return new Set(characters.slice(1).map((character, i) => `${characters[i]}${character}`));
}
