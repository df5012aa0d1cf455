/** The report cannot be made: shown as one message, without a stack. */
export class ReportError extends Error {
  override readonly name: string = 'ReportError';
}

/** The command line makes no sense: shown with the usage. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}
