export enum ProductKind {
  FIELD_QUERY = 'FIELD_QUERY',
  CONCLUSION = 'CONCLUSION',
}

export type ProductState = 'DRAFT' | 'LISTED' | 'DELISTED';

export enum Operator {
  EQ = 'EQ',
  NE = 'NE',
  LT = 'LT',
  LE = 'LE',
  GT = 'GT',
  GE = 'GE',
  IS_NULL = 'IS_NULL',
}

/** The first rule all of whose conditions hold concludes; else `otherwise`. */
export interface Conclusion {
  readonly rules: readonly {
    readonly when: readonly {
      readonly column: string;
      readonly operator: Operator;
      readonly value: string | null;
    }[];
    readonly conclude: string;
  }[];
  readonly otherwise: string;
}
