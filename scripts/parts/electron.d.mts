/** The Electron program that is here, or null. Never downloads. */
export function electronProgram(env?: NodeJS.ProcessEnv): string | null;
