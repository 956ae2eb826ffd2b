/** Runs in every window of Castkey's own, sandboxed, before its page: hands it `window.castkey`. */
import { contextBridge, ipcRenderer } from 'electron';
import { readRole } from './ipc/channels.ts';
import { createPreloadApi } from './ipc/preload-api.ts';

const role = readRole(process.argv);
if (role !== null) contextBridge.exposeInMainWorld('castkey', createPreloadApi(role, ipcRenderer)); // Electron security rules 3 and 20
