/** Milliseconds as "42 s" or "1:07". */
export function minutes(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${String(seconds)} s`;
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Bytes as "407 MB" (of 10^6) or "1.2 GB", and a dash where it is not known. */
export function megabytes(bytes: number | null): string {
  if (bytes === null) return '–';
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return `${String(Math.max(1, Math.round(bytes / 1e6)))} MB`;
}
