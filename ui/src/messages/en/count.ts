/** A number and the word for what it counts. */
export const count = (number: number, one: string, many: string): string =>
  `${new Intl.NumberFormat('en').format(number)} ${number === 1 ? one : many}`;
