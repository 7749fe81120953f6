// stub
export async function complete(_words: readonly string[], _env: NodeJS.ProcessEnv): Promise<void> {}
