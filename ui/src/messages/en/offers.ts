export const offer = {
  loading: 'Offer',
  title: (issuer: string) => `${issuer} offers you a credential`,
  unverified: 'The name is what they call themselves. Read the values before you decide.',
  review: 'Review',
  accept: 'Accept',
  decline: 'Decline',
  declineSend: 'Decline offer',
  reason: 'Reason (optional)',
  reasonHint: 'The other side reads it.',
  later: 'Closing decides nothing: the offer waits.',
  added: 'Added to your wallet',
  arrived: (issuer: string) => `${issuer} offers you a credential`,
};

export const exchange = {
  role: {
    issuer: (other: string) => `You issue to ${other}`,
    holder: (other: string) => `From ${other}`,
  },
  as: (name: string) => `Issuing as ${name}`,
  revocable: 'Can be revoked',
  issue: 'Issue now',
  store: 'Store now',
  showCredential: 'Show credential',
  showCode: 'Show the QR code',
  history: 'History',
  cancel: 'Cancel this',
  cancelTitle: 'Cancel this exchange?',
  cancelText: 'The other side is told. No credential is issued or stored by it. This cannot be undone.',
  delete: 'Forget',
  deleteTitle: 'Forget this exchange?',
  deleteText: 'It leaves the list. A credential that came from it stays, and so does its history.',
};
