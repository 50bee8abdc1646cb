/** Fails as a defect when something that must hold does not. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new RangeError(message);
}
