/** Has a start end at once when there is a display after all. */
export const UNLESS_DISPLAY = '--unless-display';
/** How often in a row the keeper has started it, with that number after it. */
export const RESTARTS = '--restarts=';
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
 * Such a line may be made up: what other programs send can stand in the second line of an error of Chromium's. So it
 * counts only when Castkey then really ends, without having said that it quits. It is given three seconds for that,
 * once a minute, as nobody reads its errors meanwhile; if the pipe ends within half a minute, that is its end, too.
 * Whether Castkey said that it quits may be among what it has left to read by then.
 * What Castkey logs may hold words of bots, so none of that counts, and Castkey's own word comes with a secret: the
 * first line of all, which stands in no command line, environment or log. Of Chromium's lines only the part before
 * the message counts, or the message's beginning.
 *
 * While it waits for the end of a Castkey that it will start again, another shell passes the rest on. It doesn't wait
 * for the end of the pipe instead: a browser that Castkey opened may hold that.
 * `$1` is Castkey's process id, `$2` how often it was started in a row; what follows is how it was started.
 */
export const KEEPER_SCRIPT = `
trap '' PIPE HUP INT
pid=$1; restarts=$2; shift 2
case $restarts in [0-9]|10) ;; *) restarts=0 ;; esac
began=$(date +%s); again=; bye=; headless=; said=0; waited=0; program=$1
nl='
'
ended() {
  left=$1
  while stat=$(cat "/proc/$pid/stat" 2>/dev/null); do
    case $stat in *') Z '*|*') X '*) return 0 ;; esac
    [ $left -gt 0 ] || return 1
    left=$((left - 1)); sleep 0.1
  done
  return 0
}
gives_up() {
  head=\${line%%]*}
  case $line in
    'castkey: '*) return 1 ;;
    "[$pid:"*)
      case $line in "$head] The platform failed to initialize"*) headless=yes; return 0 ;; esac
      case $head in *:FATAL:*) return 0 ;; esac
      return 1 ;;
    '['*) return 1 ;;
    *[Ff]'atal IO error '*|*'lost its connection to the display'*|*'Lost connection to Wayland'*) return 0 ;;
  esac
  return 1
}
pass_on() {
  while IFS= read -r line; do
    case $line in "castkey-keeper $secret "*) ;; *) printf '%s\\n' "$line" >&2 ;; esac
  done
}
read_rest() {
  exec 3<&0
  cat <&3 &
  sleep 0.5; kill $! 2>/dev/null
}
IFS= read -r secret
while IFS= read -r line; do
  case $line in
    "castkey-keeper $secret again") again=yes; break ;;
    "castkey-keeper $secret quit") bye=yes; continue ;;
  esac
  printf '%s\\n' "$line" >&2
  [ -z "$bye" ] || continue
  gives_up || continue
  said=$(date +%s); wait=0
  [ $((said - waited)) -lt 60 ] || { wait=30; waited=$said; }
  if ended $wait; then
    rest=$nl$(read_rest)$nl
    [ "$rest" = "$nl$nl" ] || printf %s "\${rest#"$nl"}" | pass_on
    case $rest in
      *"$nl""castkey-keeper $secret again$nl"*) ;;
      *"$nl""castkey-keeper $secret quit$nl"*) bye=yes; continue ;;
    esac
    again=yes; break
  fi
  headless=
done
[ -z "$again" ] || { exec 3<&0; (pass_on <&3 &); exec 3<&-; }
[ -z "$bye" ] || [ -n "$again" ] || exit 0
[ -n "$again" ] || [ $(($(date +%s) - said)) -lt 30 ] || { shift; set -- "$program" ${UNLESS_DISPLAY} "$@"; }
ended 600
[ $(($(date +%s) - began)) -lt 60 ] || restarts=0
restarts=$((restarts + 1))
if [ $restarts -gt ${MAX_RESTARTS} ]; then
  echo 'castkey: ended too often within a minute; it is not started again' >&2; exit 1
fi
shift
[ -z "$headless" ] || set -- --ozone-platform=headless "$@"
exec "$program" ${RESTARTS}$restarts "$@" </dev/null
`;
