import { registerEnumType } from '@nestjs/graphql';

/** What a person, or a key that a person has made, may act as at its party. */
export enum Role {
  DATA_SPECIALIST = 'DATA_SPECIALIST',
  CHIEF_DATA_REPRESENTATIVE = 'CHIEF_DATA_REPRESENTATIVE',
  REGISTRY_OFFICER = 'REGISTRY_OFFICER',
  REVIEWER = 'REVIEWER',
  APPRAISER = 'APPRAISER',
  OPERATOR = 'OPERATOR',
  INSTITUTION_USER = 'INSTITUTION_USER',
  REGULATOR = 'REGULATOR',
  DATA_SUBJECT = 'DATA_SUBJECT',
}

registerEnumType(Role, {
  name: 'Role',
  description: 'What a person may act as at its party',
  valuesMap: {
    DATA_SPECIALIST: { description: '数据专员: prepares datasets and registrations' },
    CHIEF_DATA_REPRESENTATIVE: { description: '首席数据代表: submits in the name of a supplying body' },
    REGISTRY_OFFICER: { description: '登记机构: accepts, reviews, publicizes and codes registrations' },
    REVIEWER: { description: 'Reviews what somebody else at the registry has accepted' },
    APPRAISER: { description: '评估机构: values assets' },
    OPERATOR: { description: '运营机构: lists products, settles' },
    INSTITUTION_USER: { description: 'Of a bank, insurer or hospital: requests and calls' },
    REGULATOR: { description: '监管机构: sees all, freezes' },
    DATA_SUBJECT: { description: 'A natural person: consents and withdraws' },
  },
});

/** Who a request acts for. */
export interface Actor {
  readonly partyId: string;
  /** The person, or the API key. */
  readonly id: string;
  readonly kind: 'PERSON' | 'API_KEY';
  readonly roles: readonly Role[];
  readonly requestId: string;
}
