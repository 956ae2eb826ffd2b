/** Runs in every window of Castkey's own, sandboxed, before its page: hands it `window.castkey`. */
import { contextBridge, ipcRenderer } from 'electron';
import { makeBridge, readRole } from './ipc/bridge.ts';

const role = readRole(process.argv);
if (role !== null) contextBridge.exposeInMainWorld('castkey', makeBridge(role, ipcRenderer)); // Electron security rules 3 and 20
