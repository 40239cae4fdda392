/** The credential types that the mock can issue. */
import type { Field, IssueType } from '../bindings';

const proofTypes = ['Ed25519Signature2020', 'Ed25519Signature2018'];

type Plain = Omit<IssueType, 'fields' | 'own' | 'validDays' | 'issuerDid'> & {
  fields: Omit<Field, 'min' | 'max' | 'step' | 'pattern' | 'means'>[];
};

const plain: Plain[] = [
  {
    id: 'permanent-resident',
    name: 'Permanent resident card',
    description:
      'The citizenship vocabulary’s card; every wallet that knows linked-data credentials can read it.',
    proofTypes,
    revocable: true,
    example: null,
    fields: [
      {
        name: 'givenName',
        label: 'Given name',
        kind: 'text',
        required: true,
        example: 'Marion',
        hint: null,
        choices: [],
      },
      {
        name: 'familyName',
        label: 'Family name',
        kind: 'text',
        required: true,
        example: 'Mustermann',
        hint: null,
        choices: [],
      },
      {
        name: 'birthDate',
        label: 'Birth date',
        kind: 'date',
        required: true,
        example: '1958-07-17',
        hint: null,
        choices: [],
      },
      {
        name: 'gender',
        label: 'Gender',
        kind: 'choice',
        required: false,
        example: 'Female',
        hint: null,
        choices: ['Female', 'Male', 'Other'],
      },
      {
        name: 'residentSince',
        label: 'Resident since',
        kind: 'date',
        required: true,
        example: '2015-01-01',
        hint: null,
        choices: [],
      },
      {
        name: 'lprNumber',
        label: 'Card number',
        kind: 'text',
        required: true,
        example: '999-999-999',
        hint: 'Three groups of three digits',
        choices: [],
      },
      {
        name: 'birthCountry',
        label: 'Birth country',
        kind: 'text',
        required: false,
        example: 'Bahamas',
        hint: null,
        choices: [],
      },
    ],
  },
  {
    id: 'diploma',
    name: 'University degree',
    description: 'Who studied what, and when it was awarded.',
    proofTypes,
    revocable: true,
    example: null,
    fields: [
      {
        name: 'name',
        label: 'Graduate',
        kind: 'text',
        required: true,
        example: 'Ada Berg',
        hint: null,
        choices: [],
      },
      {
        name: 'degree',
        label: 'Degree',
        kind: 'text',
        required: true,
        example: 'MSc Mathematics',
        hint: null,
        choices: [],
      },
      {
        name: 'awarded',
        label: 'Awarded',
        kind: 'date',
        required: true,
        example: '2026-07-01',
        hint: null,
        choices: [],
      },
      {
        name: 'grade',
        label: 'Grade',
        kind: 'number',
        required: false,
        example: '1.3',
        hint: null,
        choices: [],
      },
      {
        name: 'homepage',
        label: 'Programme page',
        kind: 'address',
        required: false,
        example: 'https://example.edu/math',
        hint: null,
        choices: [],
      },
    ],
  },
  {
    id: 'custom',
    name: 'A document of your own',
    description: 'For credentials that no form here makes. Its contexts must be known.',
    proofTypes,
    revocable: true,
    example: JSON.stringify(
      {
        '@context': ['https://www.w3.org/2018/credentials/v1', 'https://w3id.org/citizenship/v1'],
        type: ['VerifiableCredential', 'PermanentResidentCard'],
        credentialSubject: { type: ['PermanentResident', 'Person'], givenName: 'Marion' },
      },
      null,
      2,
    ),
    fields: [],
  },
];

export const issueTypes: IssueType[] = plain.map((type) => ({
  ...type,
  own: false,
  validDays: null,
  issuerDid: null,
  fields: type.fields.map((field) => ({
    ...field,
    min: null,
    max: null,
    step: null,
    pattern: null,
    means: null,
  })),
}));
