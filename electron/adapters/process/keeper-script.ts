/** Has a start end at once when there is a display after all. */
export const UNLESS_DISPLAY = '--unless-display';
/** Starts within a minute of each other, before it is given up. */
const MAX_RESTARTS = 10;

/** What Castkey says to its keeper: it is about to quit in order to start again, or for good. */
export type Word = 'again' | 'quit';

/** A line for the keeper alone, which passes it on to nobody; `secret` is what its first line was. */
export const wordLine = (secret: string, word: Word): string => `castkey-keeper ${secret} ${word}\n`;

/**
 * The keeper: a small shell that reads what Castkey and Chromium write to standard error and passes it on.
 * Chromium says so when it gives up (`[pid:…:FATAL:…`), and so do GTK's X and Wayland connections, mostly; then
 * the keeper starts Castkey again. Where nothing is said, Castkey was killed, and stays so while there is a display:
 * else it is GTK that ended it without a word, as was seen in one of ten cases.
 *
 * What Castkey logs may hold words of bots, so none of that counts, and Castkey's own word comes with a secret: the
 * first line of all, which stands in no command line, environment or log. Of Chromium's lines only the part before
 * the message counts, or the message's beginning.
 *
 * While it waits for the end of a Castkey that it will start again, another shell passes the rest on. It doesn't wait
 * for the end of the pipe instead: a browser that Castkey opened may hold that.
 * `$1` is Castkey's process id; what follows is how it was started.
 */
export const KEEPER_SCRIPT = `
trap '' PIPE HUP INT
pid=$1; shift
began=$(date +%s); again=; bye=; program=$1
IFS= read -r secret
while IFS= read -r line; do
  case $line in
    "castkey-keeper $secret again") again=yes; break ;;
    "castkey-keeper $secret quit") bye=yes; continue ;;
  esac
  printf '%s\\n' "$line" >&2
  head=\${line%%]*}
  case $line in
    'castkey: '*) ;;
    "[$pid:"*) case $head in *:FATAL:*) again=yes ;; esac
      case $line in "$head] The platform failed to initialize"*) again=yes; shift
        set -- "$program" --ozone-platform=headless "$@" ;; esac ;;
    '['*) ;;
    *[Ff]'atal IO error '*|*'lost its connection to the display'*|*'Lost connection to Wayland'*) again=yes ;;
  esac
  [ -z "$again" ] || break
done
pass_on() {
  while IFS= read -r line; do
    case $line in "castkey-keeper $secret "*) ;; *) printf '%s\\n' "$line" >&2 ;; esac
  done
}
[ -z "$again" ] || { exec 3<&0; (pass_on <&3 &); exec 3<&-; }
[ -z "$bye" ] || [ -n "$again" ] || exit 0
[ -n "$again" ] || { shift; set -- "$program" ${UNLESS_DISPLAY} "$@"; }
left=600
while [ $left -gt 0 ] && stat=$(cat "/proc/$pid/stat" 2>/dev/null); do
  case $stat in *') Z '*|*') X '*) break ;; esac
  left=$((left - 1)); sleep 0.1
done
[ $(($(date +%s) - began)) -lt 60 ] || CASTKEY_RESTARTS=0
CASTKEY_RESTARTS=$((\${CASTKEY_RESTARTS:-0} + 1))
if [ "$CASTKEY_RESTARTS" -gt ${MAX_RESTARTS} ]; then
  echo 'castkey: ended too often within a minute; it is not started again' >&2; exit 1
fi
export CASTKEY_RESTARTS
exec "$@" </dev/null
`;
