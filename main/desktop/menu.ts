import type { MenuItemConstructorOptions } from 'electron';
import { type Language, type MessageKey, translate } from '../../preload/messages/index.ts';

/**
 * The window's menu. Roles bring shortcuts, enabled states and, on macOS, the system's own words:
 * https://www.electronjs.org/docs/latest/api/menu-item#roles
 */
export function menuTemplate(language: Language, platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const word = (key: MessageKey): string => translate(language, key);
  const application: MenuItemConstructorOptions[] = platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  const quit: MenuItemConstructorOptions =
    platform === 'darwin' ? { role: 'close' } : { role: 'quit', label: word('cli.menu_quit') };
  return [
    ...application,
    { label: word('cli.menu_file'), submenu: [quit] },
    {
      label: word('cli.menu_edit'),
      submenu: [
        { role: 'undo', label: word('cli.menu_undo') },
        { role: 'redo', label: word('cli.menu_redo') },
        { type: 'separator' },
        { role: 'cut', label: word('cli.menu_cut') },
        { role: 'copy', label: word('cli.menu_copy') },
        { role: 'paste', label: word('cli.menu_paste') },
        { role: 'selectAll', label: word('cli.menu_select_all') },
      ],
    },
    {
      label: word('cli.menu_view'),
      submenu: [
        { role: 'reload', label: word('cli.menu_reload') },
        { type: 'separator' },
        { role: 'resetZoom', label: word('cli.menu_zoom_reset') },
        { role: 'zoomIn', label: word('cli.menu_zoom_in') },
        { role: 'zoomOut', label: word('cli.menu_zoom_out') },
        { type: 'separator' },
        { role: 'togglefullscreen', label: word('cli.menu_full_screen') },
        { role: 'toggleDevTools', label: word('cli.menu_developer') },
      ],
    },
    {
      label: word('cli.menu_window'),
      submenu: [
        { role: 'minimize', label: word('cli.menu_minimize') },
        { role: 'close', label: word('cli.menu_close') },
      ],
    },
  ];
}
