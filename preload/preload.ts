import { contextBridge, ipcRenderer } from 'electron';
import { channels, type DesktopBridge, portMessage } from './host.ts';

/**
 * The window's preload script: three functions and the hand-over of one MessagePort. The page gets
 * neither `ipcRenderer` nor Node. https://www.electronjs.org/docs/latest/tutorial/context-isolation
 */
const bridge: DesktopBridge = {
  connect: () => {
    ipcRenderer.send(channels.connect);
  },
  openExternal: (url) => ipcRenderer.invoke(channels.openExternal, url) as Promise<void>,
  chooseFile: (kind) => ipcRenderer.invoke(channels.chooseFile, kind) as Promise<string | null>,
};

contextBridge.exposeInMainWorld('kpackDesktop', bridge);

// A port cannot cross the context bridge, a window message can carry it:
// https://www.electronjs.org/docs/latest/tutorial/message-ports
ipcRenderer.on(channels.port, (event) => {
  window.postMessage(portMessage, window.location.origin, [...event.ports]);
});
