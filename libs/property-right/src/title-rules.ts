import { addDays, addMonths, type LegalDay } from '#libs/foundation';

import { RightKind, type RightShare } from './annex-form.ts';
import { RightsNotChangeable, RightsNotTransferable } from './property-right.errors.ts';

/** A renewal is filed from six months before the last day to the day before it (Art. 36). */
export function renewalWindowOf(lastDay: LegalDay): { readonly first: LegalDay; readonly last: LegalDay } {
  return { first: addMonths(lastDay, -6), last: addDays(lastDay, -1) };
}

/** The first day on which a registration of `years` from `from` on is not valid any more (Art. 26). */
export function validUntilOf(from: LegalDay, years: number): LegalDay {
  return addMonths(from, 12 * years);
}

/**
 * What a transfer makes of the rights (Art. 32–34): who transfers keeps nothing, who stays keeps what it has and may
 * get more, and nobody gets a right that was not there to give, or for longer than it was.
 *
 * @throws RightsNotTransferable naming the share
 */
export function checkTransfer(before: readonly RightShare[], after: readonly RightShare[]): void {
  const sharesNow = new Map(after.map((share) => [share.holderId, share]));
  const leaving = before.filter(({ holderId }) => !sharesNow.has(holderId));
  if (leaving.length === 0)
    throw new RightsNotTransferable('Who transfers keeps nothing: a present holder has to leave', 'rights');
  /** Until when those who leave have a right between them; null: as long as the registration. */
  const given = new Map<RightKind, LegalDay | null>();
  for (const { kinds, until } of leaving)
    for (const kind of kinds) {
      const longest = given.get(kind);
      if (longest === undefined || (longest !== null && (until === null || until > longest)))
        given.set(kind, until);
    }
  const shareBefore = new Map(before.map((share) => [share.holderId, share]));
  let takers = 0;
  for (const [i, share] of after.entries()) {
    const had = shareBefore.get(share.holderId);
    if (had && !keepsShare(had, share))
      throw new RightsNotTransferable('A holder that stays keeps all it has, as it has it', `rights.${i}`);
    const got = share.kinds.filter((kind) => !had?.kinds.includes(kind));
    if (got.length > 0) takers += 1;
    const foreign = got.find((kind) => !given.has(kind));
    if (foreign !== undefined)
      throw new RightsNotTransferable(`Nobody who transfers has ${foreign}`, `rights.${i}.kinds`);
    const ends = got.map((kind) => given.get(kind) ?? null).filter((end) => end !== null);
    if (ends.some((end) => share.until === null || share.until > end))
      throw new RightsNotTransferable(
        `A right that ends on ${ends.sort()[0]} is not transferred for longer`,
        `rights.${i}.until`,
      );
  }
  if (takers === 0)
    throw new RightsNotTransferable('Nobody takes over: that is waived by a cancellation', 'rights');
}

/** A change is of what is said about the data and of terms, not of who has which right (Art. 32). @throws RightsNotChangeable */
export function checkChange(before: readonly RightShare[], after: readonly RightShare[]): void {
  const had = new Map(before.map((share) => [share.holderId, share]));
  const isKept =
    before.length === after.length &&
    after.every(({ holderId, kinds }) => hasSameKinds(had.get(holderId)?.kinds ?? [], kinds));
  if (!isKept) throw new RightsNotChangeable();
}

/** Whether everybody has the same rights, on the same terms. */
export function hasSameShares(before: readonly RightShare[], after: readonly RightShare[]): boolean {
  const had = new Map(before.map((share) => [share.holderId, share]));
  return (
    before.length === after.length &&
    after.every((share) => {
      const same = had.get(share.holderId);
      return same !== undefined && hasSameKinds(same.kinds, share.kinds) && keepsShare(same, share);
    })
  );
}

const ORDER = Object.values(RightKind);

function hasSameKinds(a: readonly RightKind[], b: readonly RightKind[]): boolean {
  return ORDER.every((kind) => a.includes(kind) === b.includes(kind));
}

function keepsShare(had: RightShare, has: RightShare): boolean {
  const keepsKinds = had.kinds.every((kind) => has.kinds.includes(kind));
  return keepsKinds && had.until === has.until && had.limits === has.limits;
}
