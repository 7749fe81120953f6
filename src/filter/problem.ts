// What is wrong in a filter, on its way from where it is found to compileFilter(), which tells the user.

/** Something is wrong at this column, counted from 1. */
export class FilterProblem extends Error {
  readonly column: number;

  constructor(column: number, message: string) {
    super(message);
    this.column = column;
  }
}
