/** What to call a Twitch application: its label, else the beginning of its client ID, by which she finds it at Twitch. */
export function applicationName({ label, clientId }: { label: string; clientId: string }): string {
  return label || `Application ${clientId.slice(0, 8)}…`;
}
