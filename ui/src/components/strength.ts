/** The words for a passphrase's strength, 0 to 4, and the colour role of each. */
export const strengthRole = ['bad', 'bad', 'notice', 'good', 'good'] as const;
