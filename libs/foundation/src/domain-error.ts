/**
 * A refusal the caller can act on. `code` is permanent and public; `path` names the input field and `rule` the rule
 * or article it broke.
 */
export abstract class DomainError extends Error {
  abstract readonly code: string;
  readonly path: string | undefined;
  readonly rule: string | undefined;

  constructor(message: string, at: { readonly path?: string; readonly rule?: string } = {}) {
    super(message);
    this.name = new.target.name;
    this.path = at.path;
    this.rule = at.rule;
  }
}
