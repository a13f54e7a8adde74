import type { Settings } from '../../preload/contract/index.ts';

const dark = '(prefers-color-scheme: dark)';

/** Applies a theme and keeps following the system where it says so. Returns the function that ends it. */
export function applyTheme(setting: Settings['theme']): () => void {
  const system = window.matchMedia(dark);
  const apply = () => {
    const theme = setting === 'system' ? (system.matches ? 'dark' : 'light') : setting;
    document.documentElement.dataset['theme'] = theme;
  };
  apply();
  system.addEventListener('change', apply);
  return () => {
    system.removeEventListener('change', apply);
  };
}
