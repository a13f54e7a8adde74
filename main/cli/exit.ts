/** How a command ended, as the exit code of the process. Listed in `kpack-desktop help`. */
export const exit = {
  done: 0,
  failed: 1,
  /** The command line cannot be understood, or a question would have to be asked without a terminal. */
  usage: 2,
  cancelled: 3,
  /** Another process of this data folder does it already. */
  alreadyRunning: 4,
} as const;
export type ExitCode = (typeof exit)[keyof typeof exit];
