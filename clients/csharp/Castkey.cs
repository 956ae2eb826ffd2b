// Twitch access tokens from the Castkey vault on this computer, for bots in C#.
//
// Copy this one file into your bot, or paste it below the class of a Streamer.bot action. It needs nothing but the
// base libraries of .NET Framework 4.8, .NET 8 or Mono, so it has a small JSON reader of its own: System.Text.Json is
// not in the first and the last, System.Web.Extensions not in the second.
//
//     var castkey = new Castkey("chat-bot");
//     Token token = castkey.Token(intent: "chat", scopes: new[] { "chat:read", "chat:edit" });
//
// The first call opens a window in which the streamer decides; later starts need no click. Ask for the token each time
// you need it rather than keeping it: that costs nothing while it is good. Each method has a twin ending in Async. Any
// thread may call.
//
// The protocol is told in docs/protocol.md of Castkey.
namespace CastkeyClient
{
    using System;
    using System.Collections.Generic;
    using System.Diagnostics;
    using System.Globalization;
    using System.IO;
    using System.IO.Pipes;
    using System.Linq;
    using System.Net;
    using System.Net.Sockets;
    using System.Runtime.InteropServices;
    using System.Security.Cryptography;
    using System.Security.Principal;
    using System.Text;
    using System.Text.RegularExpressions;
    using System.Threading;
    using System.Threading.Tasks;

    using Fields = System.Collections.Generic.Dictionary<string, object>;

    // --- What a bot sees

    /// <summary>What every method fails with. Code is one of docs/protocol.md, section 7, or one that arises on this
    /// side: vault-not-running, vault-unproven, connection-lost, timeout, key-file, bad-user.</summary>
    public class CastkeyException : Exception
    {
        public string Code { get; private set; }

        /// <summary>Whether the same call may succeed later without anybody doing something.</summary>
        public bool Retryable { get; private set; }

        /// <summary>How long to wait before that, where the vault knows.</summary>
        public TimeSpan? RetryAfter { get; private set; }

        /// <summary>With scope-missing: the scopes the account lacks.</summary>
        public IReadOnlyList<string> Missing { get; private set; }

        public CastkeyException(
            string code, string message, bool retryable = false, TimeSpan? retryAfter = null, IReadOnlyList<string> missing = null)
            : base(code + ": " + message)
        {
            Code = code;
            Retryable = retryable;
            RetryAfter = retryAfter;
            Missing = missing ?? new string[0];
        }
    }

    /// <summary>Not paired yet, and no call waits for what a window would lead to.</summary>
    internal sealed class NobodyAsksException : CastkeyException
    {
        internal NobodyAsksException(string message) : base("not-paired", message) { }
    }

    /// <summary>An access token. It prints without its secret.</summary>
    public sealed class Token
    {
        public string AccessToken { get; internal set; }
        public IReadOnlyList<string> Scopes { get; internal set; }

        /// <summary>null: never.</summary>
        public DateTimeOffset? ExpiresAt { get; internal set; }

        /// <summary>null for the application's own token.</summary>
        public string UserId { get; internal set; }

        /// <summary>What Helix wants as Client-Id.</summary>
        public string ClientId { get; internal set; }

        public long Version { get; internal set; }

        public override string ToString()
        {
            return "[token of user " + (UserId ?? "(none)") + ", version " + Version + "]";
        }
    }

    /// <summary>An account this bot may use. State: ok, offline, needs-sign-in, setup or expired.</summary>
    public sealed class User
    {
        public string UserId { get; internal set; }
        public string Login { get; internal set; }
        public IReadOnlyList<string> Intents { get; internal set; }
        public IReadOnlyList<string> Scopes { get; internal set; }
        public DateTimeOffset? ExpiresAt { get; internal set; }
        public string State { get; internal set; }
    }

    /// <summary>How the vault stands.</summary>
    public sealed class Status
    {
        public string Version { get; internal set; }
        public bool Locked { get; internal set; }
        public IReadOnlyList<User> Users { get; internal set; }
    }

    /// <summary>One of docs/protocol.md, section 5; none holds a token. Fields has everything that was sent.</summary>
    public sealed class VaultEvent
    {
        public string Type { get; internal set; }

        /// <summary>null where the event is about no account.</summary>
        public string UserId { get; internal set; }

        public IReadOnlyDictionary<string, object> Fields { get; internal set; }
    }

    /// <summary>One account (by numeric user ID) or intent a bot would like to use; of each inner list it needs one.</summary>
    public sealed class Want
    {
        public string User { get; set; }
        public string Intent { get; set; }
        public IEnumerable<IEnumerable<string>> Scopes { get; set; }
    }

    /// <summary>Who calls. Only Name is needed.</summary>
    public sealed class CastkeyOptions
    {
        /// <summary>What the bot calls itself; the streamer sees it, and the pairing key is kept under it.</summary>
        public string Name { get; set; }

        /// <summary>What the first pairing asks for, so that one window settles it all. While it is null, the pairing waits
        /// for the first call and asks for what that needs.</summary>
        public IEnumerable<Want> Wants { get; set; }

        /// <summary>Why, in a sentence for the streamer.</summary>
        public string Reason { get; set; }

        /// <summary>Path of Castkey's socket; by default CASTKEY_SOCKET, else the platform's.</summary>
        public string Socket { get; set; }

        /// <summary>Path of the pairing key; by default CASTKEY_KEY_FILE, else a file in the user's configuration folder.</summary>
        public string KeyFile { get; set; }

        /// <summary>How long each call may take, people's clicks included; at most ten minutes.</summary>
        public TimeSpan Timeout { get; set; }

        /// <summary>false: no window opens for this bot; what needs one fails.</summary>
        public bool Interactive { get; set; }

        /// <summary>The Twitch application this bot is made for; a vault that works for another refuses with setup.</summary>
        public string TwitchClientId { get; set; }

        public CastkeyOptions()
        {
            Timeout = TimeSpan.FromMinutes(2);
            Interactive = true;
        }
    }

    // --- Bytes, lines, proofs

    /// <summary>The other end doesn't speak this protocol, or a file isn't what it should be.</summary>
    internal sealed class MalformedException : Exception
    {
        internal MalformedException(string message) : base(message) { }
    }

    /// <summary>Cuts a byte stream into lines; holds at most one, however the other side sends them.</summary>
    internal sealed class Lines
    {
        internal const int LineBytes = 65536;
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);
        private readonly MemoryStream held = new MemoryStream();

        internal void Feed(byte[] chunk, int count, Action<string> onLine)
        {
            int start = 0;
            for (int end = Array.IndexOf(chunk, (byte)10, 0, count); end >= 0; end = Array.IndexOf(chunk, (byte)10, start, count - start))
            {
                if (held.Length + end - start + 1 > LineBytes) throw new MalformedException("too-large");
                held.Write(chunk, start, end - start);
                string line;
                try { line = Strict.GetString(held.GetBuffer(), 0, (int)held.Length); }
                catch (ArgumentException) { throw new MalformedException("not-utf8"); }
                held.SetLength(0);
                start = end + 1;
                onLine(line);
            }
            if (held.Length + count - start >= LineBytes) throw new MalformedException("too-large");
            held.Write(chunk, start, count - start);
        }
    }

    internal static class Proofs
    {
        /// <summary>prover is "client" or "server"; the nonces are the texts as they were sent.</summary>
        internal static string Of(string prover, byte[] key, string clientNonce, string serverNonce)
        {
            using (var hmac = new HMACSHA256(key))
            {
                string text = "castkey1:" + prover + ":" + clientNonce + ":" + serverNonce;
                return Encode(hmac.ComputeHash(Encoding.UTF8.GetBytes(text)));
            }
        }

        /// <summary>Compares in a time that doesn't depend on where they differ.</summary>
        internal static bool Same(string expected, string given)
        {
            if (given == null || expected.Length != given.Length) return false;
            int difference = 0;
            for (int at = 0; at < expected.Length; at++) difference |= expected[at] ^ given[at];
            return difference == 0;
        }

        internal static string NewNonce()
        {
            var bytes = new byte[32];
            using (var random = RandomNumberGenerator.Create()) random.GetBytes(bytes);
            return Encode(bytes);
        }

        /// <summary>base64url without padding.</summary>
        internal static string Encode(byte[] bytes)
        {
            return Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        }

        /// <summary>Bytes of base64url without padding.</summary>
        internal static byte[] Decode(string text, int min, int max)
        {
            if (text == null || !Regex.IsMatch(text, "\\A[A-Za-z0-9_-]+\\z") || text.Length % 4 == 1) throw new MalformedException("not base64url");
            string padded = text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - text.Length % 4) % 4);
            byte[] bytes = Convert.FromBase64String(padded);
            if (bytes.Length < min || bytes.Length > max) throw new MalformedException("wrong length");
            return bytes;
        }

        /// <summary>Lower-case hex SHA-256.</summary>
        internal static string Hash(string text)
        {
            using (var sha = SHA256.Create())
            {
                byte[] sum = sha.ComputeHash(Encoding.UTF8.GetBytes(text));
                return string.Concat(sum.Select(one => one.ToString("x2", CultureInfo.InvariantCulture)));
            }
        }
    }

    // --- JSON

    /// <summary>Objects as Fields, lists as List of object, whole numbers as long, others as double.</summary>
    internal sealed class Json
    {
        private const int Deepest = 64;
        private readonly string text;
        private int at;

        private Json(string text) { this.text = text; }

        internal static object Read(string text)
        {
            var reader = new Json(text);
            object value = reader.Value(0);
            reader.Space();
            if (reader.at < text.Length) throw new MalformedException("something follows the JSON");
            return value;
        }

        internal static string Write(object value)
        {
            var into = new StringBuilder();
            Write(value, into);
            return into.ToString();
        }

        private static void Write(object value, StringBuilder into)
        {
            if (value == null) into.Append("null");
            else if (value is string) WriteText((string)value, into);
            else if (value is bool) into.Append((bool)value ? "true" : "false");
            else if (value is IDictionary<string, object>)
            {
                string before = "{";
                foreach (var field in (IDictionary<string, object>)value)
                {
                    into.Append(before);
                    WriteText(field.Key, into);
                    into.Append(':');
                    Write(field.Value, into);
                    before = ",";
                }
                into.Append(before == "{" ? "{}" : "}");
            }
            else if (value is System.Collections.IEnumerable)
            {
                string before = "[";
                foreach (object member in (System.Collections.IEnumerable)value)
                {
                    into.Append(before);
                    Write(member, into);
                    before = ",";
                }
                into.Append(before == "[" ? "[]" : "]");
            }
            else into.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
        }

        private static void WriteText(string value, StringBuilder into)
        {
            into.Append('"');
            foreach (char sign in value)
            {
                if (sign == '"' || sign == '\\') into.Append('\\').Append(sign);
                else if (sign < ' ') into.Append("\\u").Append(((int)sign).ToString("x4", CultureInfo.InvariantCulture));
                else into.Append(sign);
            }
            into.Append('"');
        }

        private static MalformedException Wrong() { return new MalformedException("that is no JSON"); }

        private void Space()
        {
            while (at < text.Length && " \t\r\n".IndexOf(text[at]) >= 0) at++;
        }

        private char Next()
        {
            if (at >= text.Length) throw Wrong();
            return text[at++];
        }

        private bool Take(char sign)
        {
            Space();
            if (at >= text.Length || text[at] != sign) return false;
            at++;
            return true;
        }

        private object Value(int depth)
        {
            if (depth > Deepest) throw Wrong();
            Space();
            if (Take('{')) return Object(depth);
            if (Take('[')) return List(depth);
            if (Take('"')) return Text();
            foreach (string word in new[] { "true", "false", "null" })
            {
                if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0) continue;
                at += word.Length;
                return word == "null" ? null : (object)(word == "true");
            }
            return Number();
        }

        private Fields Object(int depth)
        {
            var found = new Fields();
            if (Take('}')) return found;
            do
            {
                if (!Take('"')) throw Wrong();
                string name = Text();
                if (!Take(':')) throw Wrong();
                found[name] = Value(depth + 1);
            }
            while (Take(','));
            if (!Take('}')) throw Wrong();
            return found;
        }

        private List<object> List(int depth)
        {
            var found = new List<object>();
            if (Take(']')) return found;
            do found.Add(Value(depth + 1));
            while (Take(','));
            if (!Take(']')) throw Wrong();
            return found;
        }

        private string Text()
        {
            var found = new StringBuilder();
            for (char sign = Next(); sign != '"'; sign = Next())
            {
                if (sign < ' ') throw Wrong();
                found.Append(sign == '\\' ? Escaped() : sign);
            }
            return found.ToString();
        }

        private char Escaped()
        {
            char sign = Next();
            int plain = "\"\\/bfnrt".IndexOf(sign);
            if (plain >= 0) return "\"\\/\b\f\n\r\t"[plain];
            ushort unit;
            if (sign != 'u' || at + 4 > text.Length || !ushort.TryParse(
                text.Substring(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out unit)) throw Wrong();
            at += 4;
            return (char)unit;
        }

        private static readonly Regex NumberForm = new Regex("\\G-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

        private object Number()
        {
            Match match = NumberForm.Match(text, at);
            if (!match.Success) throw Wrong();
            at += match.Length;
            long whole;
            if (long.TryParse(match.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole)) return whole;
            double number;
            if (!double.TryParse(match.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out number)) throw Wrong();
            return number;
        }
    }

    // --- What comes over the socket is checked before it is used

    internal static class Check
    {
        internal static Fields Record(object value)
        {
            var record = value as Fields;
            if (record == null) throw new MalformedException("an object is missing");
            return record;
        }

        internal static object Get(Fields record, string name)
        {
            object value;
            record.TryGetValue(name, out value);
            return value;
        }

        internal static string Text(Fields record, string name)
        {
            return Text(Get(record, name));
        }

        internal static string Text(object value)
        {
            var text = value as string;
            if (string.IsNullOrEmpty(text) || text.Length > 4096) throw new MalformedException("a text is missing");
            return text;
        }

        /// <summary>
        /// What goes into headers, files and onto terminals as it is: a line break or an escape in it would be a
        /// command to whoever reads it there.
        /// </summary>
        internal static string Plain(object value)
        {
            string text = Text(value);
            if (text.Length > 1024 || !text.All(sign => sign > ' ' && sign < '\u007f')) throw new MalformedException("a text has signs that must not be in it");
            return text;
        }

        internal static string Plain(Fields record, string name)
        {
            return Plain(Get(record, name));
        }

        internal static string PlainOrNull(Fields record, string name)
        {
            return Get(record, name) == null ? null : Plain(record, name);
        }

        internal static IReadOnlyList<string> Plains(object value)
        {
            return List(value).Select(member => Plain(member)).ToList();
        }

        internal static List<object> List(object value)
        {
            var list = value as List<object>;
            if (list == null || list.Count > 1024) throw new MalformedException("a list is missing");
            return list;
        }

        internal static IReadOnlyList<string> Texts(object value)
        {
            return List(value).Select(Text).ToList();
        }

        internal static long Count(object value)
        {
            if (!(value is long) || (long)value < 0 || (long)value > 9007199254740991) throw new MalformedException("a whole number is missing");
            return (long)value;
        }

        internal static bool Flag(object value)
        {
            if (!(value is bool)) throw new MalformedException("true or false is missing");
            return (bool)value;
        }

        internal static DateTimeOffset? Time(object milliseconds)
        {
            if (milliseconds == null) return null;
            try { return DateTimeOffset.FromUnixTimeMilliseconds(Count(milliseconds)); }
            catch (ArgumentOutOfRangeException) { throw new MalformedException("a time is out of range"); }
        }

        /// <summary>null for an account the vault doesn't have.</summary>
        internal static Token Token(object value)
        {
            if (value == null) return null;
            Fields given = Record(value);
            long obtained = Count(Get(given, "obtainmentTimestamp"));
            object lasts = Get(given, "expiresIn");
            // A century is enough; it also keeps the sum in range.
            object end = lasts == null ? null : (object)(obtained + Math.Min(Count(lasts), 3155760000) * 1000);
            return new Token
            {
                AccessToken = Plain(given, "accessToken"),
                Scopes = Plains(Get(given, "scope")),
                ExpiresAt = Time(end),
                UserId = PlainOrNull(given, "userId"),
                ClientId = Plain(given, "clientId"),
                Version = Count(Get(given, "version")),
            };
        }

        internal static Status Status(object value)
        {
            Fields given = Record(value);
            var users = List(Get(given, "users")).Select(Record).Select(user => new User
            {
                UserId = Plain(user, "userId"),
                Login = Plain(user, "login"),
                Intents = Texts(Get(user, "intents")),
                Scopes = Plains(Get(user, "scope")),
                ExpiresAt = Time(Get(user, "expiresAt")),
                State = Text(user, "state"),
            });
            return new Status
            {
                Version = Text(Record(Get(given, "server")), "version"),
                Locked = Flag(Get(given, "locked")),
                Users = users.ToList(),
            };
        }

        private static readonly HashSet<string> Codes = new HashSet<string>((
            "not-paired bad-proof denied approval-timeout consent-denied consent-timeout wrong-account scope-missing " +
            "unknown-user unknown-intent needs-sign-in setup locked twitch-unreachable twitch-rejected rate-limited " +
            "no-app-token bad-request too-large unsupported-protocol busy shutting-down internal").Split(' '));

        /// <summary>The vault's no. One of JSON-RPC's own errors may come without data; a code from the future is internal.</summary>
        internal static CastkeyException Refusal(object value)
        {
            Fields error = Record(value);
            string message = Sanitize(Get(error, "message") as string ?? "");
            var data = Get(error, "data") as Fields;
            if (data == null) return new CastkeyException("bad-request", message);
            string code = Get(data, "code") as string ?? "";
            object after = Get(data, "retryAfterMs");
            TimeSpan? pause = null;
            if (after is long && (long)after >= 0) pause = TimeSpan.FromMilliseconds(Math.Min((long)after, 3600000));
            var missing = (Get(data, "missing") as List<object> ?? new List<object>()).OfType<string>().Select(Sanitize).ToList();
            return new CastkeyException(
                Codes.Contains(code) ? code : "internal", message, Equals(Get(data, "retryable"), true), pause, missing);
        }

        /// <summary>Text from the other side, safe to print: no control characters, nothing that looks like a Twitch token.</summary>
        internal static string Sanitize(string text)
        {
            string plain = Regex.Replace(text, "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ");
            string kept = Regex.Replace(plain, "\\b[A-Za-z0-9]{30,}\\b", "[hidden]");
            return (kept.Length > 300 ? kept.Substring(0, 300) : kept).Trim();
        }
    }

    /// <summary>What a line from the vault means.</summary>
    internal sealed class Message
    {
        /// <summary>result, error, event or ignore.</summary>
        internal string Kind;

        /// <summary>null for an error of the connection.</summary>
        internal long? Id;

        internal object Result;
        internal CastkeyException Error;
        internal Fields Event;

        /// <summary>Of each known event, whether it must name a user.</summary>
        private static readonly Dictionary<string, bool> Events = new Dictionary<string, bool>
        {
            { "token.changed", true }, { "token.invalidated", true }, { "account.added", true }, { "account.removed", true },
            { "intents.changed", true }, { "grant.revoked", false }, { "vault.locked", false }, { "vault.unlocked", false },
            { "overflow", false },
        };

        /// <summary>Throws MalformedException where the other end doesn't speak this protocol.</summary>
        internal static Message Read(string line)
        {
            Fields given = Check.Record(Json.Read(line));
            if (!Equals(Check.Get(given, "jsonrpc"), "2.0")) throw new MalformedException("no JSON-RPC");
            if (given.ContainsKey("method")) return ReadEvent(given);
            object id = Check.Get(given, "id");
            if (given.ContainsKey("error"))
            {
                long? number = id == null ? (long?)null : Check.Count(id);
                return new Message { Kind = "error", Id = number, Error = Check.Refusal(given["error"]) };
            }
            if (!given.ContainsKey("result")) throw new MalformedException("neither result nor error");
            return new Message { Kind = "result", Id = Check.Count(id), Result = given["result"] };
        }

        private static Message ReadEvent(Fields given)
        {
            var ignored = new Message { Kind = "ignore" };
            var body = Check.Get(given, "params") as Fields;
            if (!Equals(given["method"], "event") || body == null) return ignored;
            var type = Check.Get(body, "type") as string;
            bool named;
            if (type == null || !Events.TryGetValue(type, out named)) return ignored;
            Check.Count(Check.Get(body, "seq"));
            if (named) Check.Plain(body, "userId");
            if (type == "token.changed") Check.Count(Check.Get(body, "version"));
            return new Message { Kind = "event", Event = body };
        }
    }

    // --- Where things are

    internal static class Paths
    {
        internal static readonly bool Windows = Environment.OSVersion.Platform == PlatformID.Win32NT;
        internal static readonly bool Linux = RuntimeInformation.IsOSPlatform(OSPlatform.Linux);
        private const string PipePrefix = "\\\\.\\pipe\\";

        private static string Variable(string name)
        {
            string value = Environment.GetEnvironmentVariable(name);
            return string.IsNullOrEmpty(value) ? null : value;
        }

        private static string Home()
        {
            return (Windows ? Variable("USERPROFILE") : Variable("HOME")) ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        }

        /// <summary>Where the vault listens: docs/protocol.md, section 1.</summary>
        internal static string Socket(string chosen)
        {
            string home = Variable("CASTKEY_HOME");
            chosen = chosen == "" ? null : chosen;
            if (home != null && chosen == null && !IsAbsolute(home)) throw Bad("CASTKEY_HOME must be an absolute folder, but is \"" + home + "\".");
            string path = chosen ?? Variable("CASTKEY_SOCKET") ?? DefaultSocket(home);
            if (Windows)
            {
                if (!path.StartsWith(PipePrefix, StringComparison.Ordinal)) throw Bad("On Windows the vault listens on a pipe, not at \"" + path + "\".");
                return path;
            }
            if (!IsAbsolute(path)) throw Bad("The path of the socket is not absolute (\"" + path + "\"): set CASTKEY_SOCKET.");
            int max = Linux ? 107 : 103;
            if (Encoding.UTF8.GetByteCount(path) > max) throw Bad("The path of the socket is longer than " + max + " bytes: set CASTKEY_SOCKET.");
            return path;
        }

        private static bool IsAbsolute(string path)
        {
            return Windows ? Regex.IsMatch(path, "\\A(?:[A-Za-z]:[\\\\/]|\\\\\\\\)") : path.StartsWith("/", StringComparison.Ordinal);
        }

        private static CastkeyException Bad(string message) { return new CastkeyException("bad-request", message); }

        private static string DefaultSocket(string home)
        {
            string profile;
            if (home != null) profile = home.TrimEnd('/', '\\') == "" ? home : home.TrimEnd('/', '\\');
            else profile = SettingsFolder() + (Windows ? "\\" : "/") + "Castkey";
            if (Windows) return PipePrefix + "castkey-" + Proofs.Hash(profile).Substring(0, 16);
            string runtime = home == null && Linux ? RuntimeFolder() : null;
            return runtime != null ? runtime + "/castkey/castkey.sock" : profile + "/castkey.sock";
        }

        /// <summary>A relative variable ("~/.config" that no shell has read, too) is ignored: it would be another folder each time.</summary>
        private static string SettingsFolder()
        {
            if (!Windows && !Linux) return Home() + "/Library/Application Support";
            string given = Variable(Windows ? "APPDATA" : "XDG_CONFIG_HOME");
            if (given != null && IsAbsolute(given)) return given;
            return Home() + (Windows ? "\\AppData\\Roaming" : "/.config");
        }

        internal static string RunUser = "/run/user";

        /// <summary>What is this user's alone: others could put a socket of theirs into anything else. Null if there is none.</summary>
        private static string RuntimeFolder()
        {
            string given = Variable("XDG_RUNTIME_DIR") ?? "";
            string[] folders = { given.TrimEnd('/') == "" ? given : given.TrimEnd('/'), RunUser + "/" + Libc.geteuid() };
            return folders.FirstOrDefault(folder => IsAbsolute(folder) && IsPrivate(folder));
        }

        private static bool IsPrivate(string folder)
        {
            var facts = new byte[256]; // as in KeyFile.RefuseShared
            if (Libc.statx(Libc.AtCurrentFolder, folder, Libc.AtNoFollow, Libc.BasicStats, facts) != 0) return false;
            int mode = BitConverter.ToUInt16(facts, 28);
            return BitConverter.ToUInt32(facts, 20) == Libc.geteuid() && (mode & 0xf1ff) == 0x41c0; // a folder, 0700
        }

        /// <summary>Where the key of a bot lies: the same place that castkey-client and the castkey command use.</summary>
        internal static string KeyFile(string name, string chosen)
        {
            string path = (chosen == "" ? null : chosen) ?? Variable("CASTKEY_KEY_FILE");
            if (path != null) return path;
            return Path.Combine(SettingsFolder(), "castkey-client", KeyFileName(name));
        }

        private static string KeyFileName(string name)
        {
            bool plain = Regex.IsMatch(name, "\\A[a-z0-9][a-z0-9_-]{0,47}\\z");
            if (plain && !Regex.IsMatch(name, "\\A(?:con|prn|aux|nul|com[0-9]|lpt[0-9])\\z")) return name + ".json";
            string legible = Regex.Replace(name.ToLowerInvariant(), "[^a-z0-9]+", "-");
            legible = Regex.Replace(legible, "\\A-|-\\z", "");
            if (legible.Length > 32) legible = legible.Substring(0, 32);
            return "bot-" + legible + "." + Proofs.Hash(name).Substring(0, 16) + ".json";
        }
    }

    // --- The pairing key

    internal sealed class PairingKey
    {
        internal string KeyId;
        internal byte[] Key;
    }

    internal static class KeyFile
    {
        private const int MaxBytes = 8192;
        private static readonly TimeSpan LockStale = TimeSpan.FromMinutes(11);

        /// <summary>null if there is no such file.</summary>
        internal static PairingKey Read(string path, string name)
        {
            string content;
            try
            {
                using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
                {
                    RefuseShared(file, path);
                    content = new StreamReader(file, Encoding.UTF8).ReadToEnd();
                }
            }
            catch (FileNotFoundException) { return null; }
            catch (DirectoryNotFoundException) { return null; }
            catch (UnauthorizedAccessException) { throw Problem(path, "can't be opened"); }
            catch (IOException) { throw Problem(path, "can't be opened"); }
            string owner;
            PairingKey found;
            try
            {
                Fields given = Check.Record(Json.Read(content));
                owner = Check.Text(given, "name");
                found = new PairingKey { KeyId = Check.Text(given, "keyId"), Key = Proofs.Decode(Check.Text(given, "key"), 32, 32) };
            }
            catch (MalformedException) { throw Problem(path, "isn't a key file"); }
            if (owner != name) throw Problem(path, "belongs to the bot \"" + owner + "\", not to \"" + name + "\"");
            return found;
        }

        /// <summary>Looks at the open file, so that it can't be exchanged in between. Windows has no such modes.</summary>
        private static void RefuseShared(FileStream file, string path)
        {
            if (file.Length > MaxBytes) throw Problem(path, "isn't a key file");
            if (Paths.Windows) return;
            int mode;
            if (Paths.Linux)
            {
                var facts = new byte[256]; // struct statx: the user at 20, the mode at 28, on every processor
                int handle = file.SafeFileHandle.DangerousGetHandle().ToInt32();
                if (Libc.statx(handle, "", Libc.AtEmptyPath, Libc.BasicStats, facts) != 0) throw Problem(path, "can't be looked at");
                if (BitConverter.ToUInt32(facts, 20) != Libc.geteuid()) throw Problem(path, "belongs to another user");
                mode = BitConverter.ToUInt16(facts, 28);
            }
            else
            {
#if NET7_0_OR_GREATER
                mode = (int)File.GetUnixFileMode(file.SafeFileHandle);
#else
                throw Problem(path, "can't be checked for its mode by this version of .NET");
#endif
            }
            if ((mode & 63) != 0) throw Problem(path, "can be read by others; run: chmod 600 '" + path + "'"); // 0077
        }

        /// <summary>A crash leaves the old file or the new one; mode 0600 from the first byte.</summary>
        internal static void Write(string path, string name, PairingKey pairing)
        {
            var content = new Fields { { "version", 1L }, { "name", name }, { "keyId", pairing.KeyId }, { "key", Proofs.Encode(pairing.Key) } };
            string temporary = null;
            try
            {
                MakeFolder(Path.GetDirectoryName(Path.GetFullPath(path)));
                temporary = NewFile(path);
                byte[] bytes = Encoding.UTF8.GetBytes(Json.Write(content) + "\n");
                using (var file = new FileStream(temporary, FileMode.Open, FileAccess.Write, FileShare.None))
                {
                    file.Write(bytes, 0, bytes.Length);
                    file.Flush(true);
                }
                Replace(temporary, path);
            }
            catch (Exception error)
            {
                if (!(error is IOException) && !(error is UnauthorizedAccessException)) throw;
                if (temporary != null) Remove(temporary);
                throw Problem(path, "can't be written");
            }
        }

        private static void MakeFolder(string folder)
        {
            if (Directory.Exists(folder)) return;
            string parent = Path.GetDirectoryName(folder);
            if (parent != null) MakeFolder(parent);
            if (Paths.Windows) Directory.CreateDirectory(folder);
            else if (Libc.mkdir(folder, 448) != 0 && !Directory.Exists(folder)) throw new IOException("mkdir"); // 0700
        }

        /// <summary>An empty file beside path that nobody else can read.</summary>
        private static string NewFile(string path)
        {
            if (Paths.Windows)
            {
                string chosen = path + "." + Process.GetCurrentProcess().Id + ".tmp";
                Remove(chosen);
                new FileStream(chosen, FileMode.CreateNew).Dispose();
                return chosen;
            }
            byte[] template = Encoding.UTF8.GetBytes(path + ".XXXXXX\0");
            int handle = Libc.mkstemp(template);
            if (handle < 0) throw new IOException("mkstemp");
            Libc.close(handle);
            return Encoding.UTF8.GetString(template, 0, template.Length - 1);
        }

        private static void Replace(string from, string to)
        {
            if (!Paths.Windows)
            {
                if (Libc.rename(from, to) != 0) throw new IOException("rename");
            }
            else if (File.Exists(to)) File.Replace(from, to, null);
            else File.Move(from, to);
        }

        private static void Remove(string path)
        {
            try { File.Delete(path); }
            catch (IOException) { } // it is gone, or will be overwritten by the next
            catch (UnauthorizedAccessException) { }
        }

        /// <summary>The right to pair under one key file, so that two processes of a bot don't open two windows; null
        /// while another process has it.</summary>
        internal static IDisposable Lock(string keyFile)
        {
            string path = keyFile + ".lock";
            for (int tries = 0; ; tries++)
            {
                try
                {
                    MakeFolder(Path.GetDirectoryName(Path.GetFullPath(keyFile)));
                    if (IsStale(path)) Remove(path);
                    using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
                    {
                        byte[] id = Encoding.ASCII.GetBytes(Process.GetCurrentProcess().Id.ToString(CultureInfo.InvariantCulture));
                        file.Write(id, 0, id.Length);
                    }
                    return new Undo(() => Remove(path));
                }
                catch (Exception error)
                {
                    if (!(error is IOException) && !(error is UnauthorizedAccessException)) throw;
                    if (File.Exists(path)) return null;
                    // The other process may have given it back this very moment.
                    if (tries == 3) throw new CastkeyException("key-file", "The folder of " + keyFile + " can't be written to.");
                }
            }
        }

        private static bool IsStale(string path)
        {
            if (!File.Exists(path)) return false;
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > LockStale) return true;
            int process;
            // A lock without a number is one that is being written this moment.
            if (!int.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out process) || process <= 0) return false;
            try
            {
                Process.GetProcessById(process).Dispose();
                return false;
            }
            catch (ArgumentException) { return true; } // there is none
        }

        private static CastkeyException Problem(string path, string what)
        {
            return new CastkeyException("key-file", "The key file " + path + " " + what + ". Put it right, or delete it and pair again.");
        }
    }

    internal sealed class Undo : IDisposable
    {
        private Action undo;
        internal Undo(Action undo) { this.undo = undo; }

        public void Dispose()
        {
            Action once = Interlocked.Exchange(ref undo, null);
            if (once != null) once();
        }
    }

    /// <summary>What .NET Framework's libraries lack on Unix; never called on Windows.</summary>
    internal static class Libc
    {
        internal const int AtEmptyPath = 0x1000;
        internal const int AtNoFollow = 0x100;
        internal const int AtCurrentFolder = -100;
        internal const uint BasicStats = 0x7ff;

        [DllImport("libc")] internal static extern int statx(int folder, string path, int flags, uint mask, byte[] facts);
        [DllImport("libc")] internal static extern uint geteuid();
        [DllImport("libc")] internal static extern int mkdir(string path, uint mode);
        [DllImport("libc")] internal static extern int mkstemp(byte[] template);
        [DllImport("libc")] internal static extern int close(int handle);
        [DllImport("libc")] internal static extern int rename(string from, string to);
    }

    /// <summary>The address of a Unix socket, which .NET Framework has no class for.</summary>
    internal sealed class UnixAddress : EndPoint
    {
        private readonly string path;
        internal UnixAddress(string path) { this.path = path; }

        public override AddressFamily AddressFamily { get { return AddressFamily.Unix; } }

        public override SocketAddress Serialize()
        {
            byte[] bytes = Encoding.UTF8.GetBytes(path);
            var address = new SocketAddress(AddressFamily.Unix, 2 + bytes.Length + 1);
            for (int at = 0; at < bytes.Length; at++) address[2 + at] = bytes[at];
            address[2 + bytes.Length] = 0;
            return address;
        }

        public override EndPoint Create(SocketAddress address) { return this; }
    }

    /// <summary>Its end wakes a thread that reads it.</summary>
    internal sealed class UnixStream : NetworkStream
    {
        internal UnixStream(Socket socket) : base(socket, true) { }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                try { Socket.Shutdown(SocketShutdown.Both); }
                catch (SocketException) { } // the other end was first
                catch (ObjectDisposedException) { }
            }
            base.Dispose(disposing);
        }
    }

    // --- One connection

    /// <summary>Requests, answers and events on one socket, before and after the handshake.</summary>
    internal sealed class Connection
    {
        private readonly Stream stream;
        private readonly Action<Fields> onEvent;
        private readonly object gate = new object();
        private readonly object writing = new object();
        private readonly Dictionary<long, TaskCompletionSource<object>> waiting = new Dictionary<long, TaskCompletionSource<object>>();
        private readonly TaskCompletionSource<CastkeyException> closed = Wait.Source<CastkeyException>();
        private long lastId;
        private long? lastSeq;
        private bool trusted;

        /// <summary>Settles once, with the reason, when nothing can be asked any more.</summary>
        internal Task<CastkeyException> Closed { get { return closed.Task; } }

        private Connection(Stream stream, Action<Fields> onEvent)
        {
            this.stream = stream;
            this.onEvent = onEvent;
        }

        internal static async Task<Connection> Open(string path, Action<Fields> onEvent, TimeSpan within)
        {
            Stream stream = await Wait.For(Task.Run(() => Connect(path)), within, "Opening " + path).ConfigureAwait(false);
            var connection = new Connection(stream, onEvent);
            // A thread of its own, so that a busy thread pool can't hold up answers.
            Wait.Forget(Task.Factory.StartNew(connection.Listen, TaskCreationOptions.LongRunning));
            return connection;
        }

        private static Stream Connect(string path)
        {
            string nobody = "Nobody answers at " + path + ". Start Castkey on this computer, then try again.";
            try
            {
                if (Paths.Windows)
                {
                    string name = path.Substring(path.LastIndexOf('\\') + 1);
                    // Identification only: a program that sits on the pipe can't act as this user.
                    var pipe = new NamedPipeClientStream(
                        ".", name, PipeDirection.InOut, PipeOptions.Asynchronous, TokenImpersonationLevel.Identification);
                    pipe.Connect(500);
                    return pipe;
                }
                if (!File.Exists(path) && !Directory.Exists(Path.GetDirectoryName(path))) throw new FileNotFoundException();
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try { socket.Connect(new UnixAddress(path)); }
                catch (SocketException)
                {
                    socket.Dispose();
                    throw;
                }
                return new UnixStream(socket);
            }
            catch (SocketException error)
            {
                if (error.SocketErrorCode == SocketError.AccessDenied && File.Exists(path))
                    throw new CastkeyException("vault-not-running", path + " belongs to another user.");
                throw new CastkeyException("vault-not-running", nobody, true);
            }
            catch (TimeoutException) { throw new CastkeyException("vault-not-running", nobody, true); }
            catch (UnauthorizedAccessException) { throw new CastkeyException("vault-not-running", path + " belongs to another user."); }
            catch (IOException) { throw new CastkeyException("vault-not-running", nobody, true); }
        }

        internal async Task<object> Request(string method, Fields given, TimeSpan within)
        {
            var answer = Wait.Source<object>();
            long id;
            lock (gate)
            {
                if (closed.Task.IsCompleted) throw Again(closed.Task.Result);
                id = ++lastId;
                waiting[id] = answer;
            }
            try
            {
                var message = new Fields { { "jsonrpc", "2.0" }, { "id", id }, { "method", method }, { "params", given } };
                byte[] bytes = Encoding.UTF8.GetBytes(Json.Write(message) + "\n");
                if (bytes.Length > Lines.LineBytes) throw new CastkeyException("too-large", "The request " + method + " is longer than 64 KiB.");
                Wait.Forget(Task.Run(() => Send(bytes)));
                return await Wait.For(answer.Task, within, "Castkey's answer to " + method).ConfigureAwait(false);
            }
            finally
            {
                lock (gate) waiting.Remove(id);
            }
        }

        /// <summary>Runs beside its request, so that a vault that doesn't read can't hold up a call beyond its deadline.</summary>
        private void Send(byte[] bytes)
        {
            try
            {
                lock (writing)
                {
                    stream.Write(bytes, 0, bytes.Length);
                    stream.Flush();
                }
            }
            catch (Exception error)
            {
                if (!IsBroken(error)) throw;
                Close(Wait.Lost("The connection to Castkey broke."));
            }
        }

        internal async Task Subscribe(TimeSpan within)
        {
            lock (gate) trusted = true;
            object result = await Request("subscribe", new Fields(), within).ConfigureAwait(false);
            long seq = Wait.Read(() => Check.Count(Check.Get(Check.Record(result), "seq")));
            lock (gate) lastSeq = lastSeq ?? seq; // an event may have come in the same bytes as the answer
        }

        internal void Close(CastkeyException why)
        {
            List<TaskCompletionSource<object>> left;
            lock (gate)
            {
                if (!closed.TrySetResult(why)) return;
                left = waiting.Values.ToList();
            }
            stream.Dispose();
            foreach (var answer in left) answer.TrySetException(Again(why));
        }

        /// <summary>The same error as a new object: one that was thrown has a stack of its own.</summary>
        private static CastkeyException Again(CastkeyException why)
        {
            string message = why.Message.Substring(why.Code.Length + 2);
            return new CastkeyException(why.Code, message, why.Retryable, why.RetryAfter, why.Missing);
        }

        private static bool IsBroken(Exception error)
        {
            return error is IOException || error is ObjectDisposedException || error is SocketException || error is InvalidOperationException;
        }

        private void Listen()
        {
            var lines = new Lines();
            var buffer = new byte[Lines.LineBytes];
            try
            {
                for (;;)
                {
                    int count = stream.Read(buffer, 0, buffer.Length);
                    if (count == 0) break;
                    lines.Feed(buffer, count, line => HandleMessage(Message.Read(line)));
                }
                Close(Wait.Lost("Castkey closed the connection."));
            }
            catch (MalformedException) { Close(Wait.Lost("What answers at the socket doesn't speak Castkey's protocol.")); }
            catch (Exception error)
            {
                Close(Wait.Lost("The connection to Castkey broke."));
                if (!IsBroken(error)) throw;
            }
        }

        private void HandleMessage(Message message)
        {
            if (message.Kind == "event") HandleEvent(message.Event);
            else if (message.Kind == "error" && message.Id == null) Close(message.Error);
            if (message.Id == null) return;
            TaskCompletionSource<object> answer;
            lock (gate) waiting.TryGetValue(message.Id.Value, out answer);
            if (answer == null) return;
            if (message.Kind == "error") answer.TrySetException(message.Error);
            else answer.TrySetResult(message.Result);
        }

        private void HandleEvent(Fields body)
        {
            long seq = Check.Count(body["seq"]);
            bool complete;
            lock (gate)
            {
                if (!trusted) return;
                complete = lastSeq == null || seq == lastSeq + 1;
                lastSeq = seq;
            }
            if (!complete && !Equals(body["type"], "overflow")) onEvent(new Fields { { "seq", seq }, { "type", "overflow" } });
            onEvent(body);
        }
    }

    /// <summary>Waits that end.</summary>
    internal static class Wait
    {
        internal static TaskCompletionSource<T> Source<T>()
        {
            return new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        internal static async Task<T> For<T>(Task<T> task, TimeSpan within, string what)
        {
            using (var over = new CancellationTokenSource())
            {
                Task first = await Task.WhenAny(task, Task.Delay(within, over.Token)).ConfigureAwait(false);
                over.Cancel();
                if (first == task) return await task.ConfigureAwait(false);
            }
            Forget(task);
            throw TimedOut(what);
        }

        /// <summary>Nobody waits for this any more; its failure is told where it belongs.</summary>
        internal static void Forget(Task task)
        {
            task.ContinueWith(done => done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        internal static T Read<T>(Func<T> read)
        {
            try { return read(); }
            catch (MalformedException error) { throw new CastkeyException("internal", "Castkey's answer makes no sense: " + error.Message + "."); }
        }

        internal static CastkeyException Lost(string message) { return new CastkeyException("connection-lost", message, true); }

        internal static CastkeyException TimedOut(string what) { return new CastkeyException("timeout", what + " took too long.", true); }

        internal static CastkeyException ClosedHere()
        {
            return new CastkeyException("connection-lost", "This program closed its connection to Castkey.");
        }
    }

    // --- Tokens in hand

    /// <summary>Tokens, each for the questions the vault itself has answered with it: what a bot may ask is the vault's
    /// to say. The client's lock guards it.</summary>
    internal sealed class Cache
    {
        private const int MaxQuestions = 64;
        private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

        internal sealed class Held
        {
            internal Token Token;
            internal HashSet<string> Questions;
            internal bool Confirmed = true;
        }

        private readonly Dictionary<string, Held> held = new Dictionary<string, Held>();
        private readonly Dictionary<string, long> newest = new Dictionary<string, long>();

        internal int Epoch { get; private set; }

        private static bool IsFresh(Token token) { return token.ExpiresAt == null || DateTimeOffset.UtcNow < token.ExpiresAt - Margin; }

        internal Held Find(string subject, string question)
        {
            Held found;
            return held.TryGetValue(subject, out found) && found.Questions.Contains(question) && IsFresh(found.Token) ? found : null;
        }

        /// <summary>asked: the epoch in which the question was put; an event since then makes the answer doubtful.</summary>
        internal void Put(string subject, string question, Token token, int asked)
        {
            long version;
            if (asked != Epoch || !IsFresh(token)) return;
            if (newest.TryGetValue(token.UserId ?? "", out version) && token.Version < version) return;
            var questions = new HashSet<string> { question };
            Held known;
            if (held.TryGetValue(subject, out known) && known.Token.AccessToken == token.AccessToken && known.Questions.Count < MaxQuestions)
                questions.UnionWith(known.Questions);
            held[subject] = new Held { Token = token, Questions = questions };
        }

        internal void Forget(Func<string, Token, bool> concerned)
        {
            Epoch++;
            Drop(concerned);
        }

        private void Drop(Func<string, Token, bool> concerned)
        {
            foreach (var entry in held.ToList()) if (concerned(entry.Key, entry.Value.Token)) held.Remove(entry.Key);
        }

        /// <summary>Events may have been missed: everything is to be asked for again, where possible.</summary>
        internal void MarkUnconfirmed()
        {
            Epoch++;
            newest.Clear();
            foreach (Held one in held.Values) one.Confirmed = false;
        }

        internal void ApplyEvent(Fields body)
        {
            var type = (string)body["type"];
            string user = Check.Get(body, "userId") as string, intent = Check.Get(body, "intent") as string;
            if (type == "token.changed")
            {
                long version = Check.Count(body["version"]);
                newest[user] = version;
                // No new epoch: the answer that caused this event, with the new token, may still be on its way.
                Drop((_, token) => token.UserId == user && token.Version != version);
                return;
            }
            if (user != null) newest.Remove(user);
            bool revoked = type == "grant.revoked";
            if (type == "token.invalidated" || type == "account.removed" || (revoked && user != null)) Forget((_, token) => token.UserId == user);
            else if (type == "intents.changed") Forget((subject, _) => subject.StartsWith("intent:", StringComparison.Ordinal));
            else if (revoked && intent != null) Forget((subject, _) => subject == "intent:" + intent);
            else if (revoked || type == "overflow") Forget((_, __) => true);
        }
    }

    // --- The client

    /// <summary>The vault, for one bot. It connects at the first call, and from then on reconnects by itself.</summary>
    public sealed class Castkey : IDisposable
    {
        private const string Version = "0.1.0";
        private const int Protocol = 1;
        private const int Repeats = 2;
        private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(10);
        private static readonly TimeSpan Handshake = TimeSpan.FromSeconds(10);
        private static readonly TimeSpan AnswerWait = TimeSpan.FromSeconds(30);
        private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
        private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(250);
        private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);
        private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);
        private static readonly bool OnMono = Type.GetType("Mono.Runtime") != null;

        private static readonly HashSet<string> NotAboutTheToken = new HashSet<string>(
            "vault-not-running vault-unproven connection-lost timeout twitch-unreachable rate-limited busy shutting-down locked internal".Split(' '));

        private const int MaxWants = 20;

        private static readonly HashSet<string> Passing = new HashSet<string>(
            "vault-not-running connection-lost timeout busy shutting-down".Split(' '));

        private readonly CastkeyOptions options;
        private readonly List<Want> wants;
        private readonly string path;
        private readonly string keyFile;
        private readonly object gate = new object();
        private readonly Cache cache = new Cache();
        private readonly List<Action<VaultEvent>> listeners = new List<Action<VaultEvent>>();
        private readonly List<TaskCompletionSource<Connection>> waiters = new List<TaskCompletionSource<Connection>>();
        private readonly CancellationTokenSource over = new CancellationTokenSource();
        private readonly Random random = new Random();
        /// <summary>What the calls need that wait for a connection; an empty one: no account.</summary>
        private readonly List<Want> calls = new List<Want>();
        private Task telling = Task.FromResult(true);
        private Connection connection;
        private Task<Connection> first;
        private bool kept;
        private CastkeyException failure;

        public Castkey(string name) : this(new CastkeyOptions { Name = name }) { }

        public Castkey(CastkeyOptions options)
        {
            string name = options.Name ?? "";
            if (name.Trim() == "" || name.Length > 64 || Regex.IsMatch(name, "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]"))
                throw new CastkeyException("bad-request", "A bot needs a name of 1 to 64 readable characters.");
            if (options.Timeout <= TimeSpan.Zero || options.Timeout > MaxWait)
                throw new CastkeyException("bad-request", "Timeout must be more than 0 and at most ten minutes.");
            this.options = options;
            wants = options.Wants == null ? null : options.Wants.Select(CheckWant).ToList();
            path = Paths.Socket(options.Socket);
            keyFile = Paths.KeyFile(name, options.KeyFile);
        }

        /// <summary>A token of the account with this numeric user ID, or of whoever has this intent. It has all of
        /// scopes, and one of each list of anyOf; what the account lacks is asked of the streamer.</summary>
        public Task<Token> TokenAsync(
            string user = null, string intent = null, IEnumerable<string> scopes = null, IEnumerable<IEnumerable<string>> anyOf = null)
        {
            string subject;
            Fields whose = Whose(user, intent, out subject);
            var sets = (scopes ?? new string[0]).Select(scope => new List<string> { scope }).Concat(CheckSets(anyOf)).ToList();
            CheckSets(sets);
            Func<TimeSpan, Fields> given = left => new Fields(whose)
            {
                { "scopeSets", sets },
                { "interactive", options.Interactive ? "allow" : "never" },
                { "timeoutMs", Math.Max(1, (long)Shorter(left, MaxWait).TotalMilliseconds) },
            };
            return Get(subject, Json.Write(sets), "getAccessTokenFor" + (user == null ? "Intent" : "User"), given, options.Timeout);
        }

        public Token Token(
            string user = null, string intent = null, IEnumerable<string> scopes = null, IEnumerable<IEnumerable<string>> anyOf = null)
        {
            return Run(() => TokenAsync(user, intent, scopes, anyOf));
        }

        /// <summary>After Twitch answered 401: a token that works. Of the rejected one only its SHA-256 goes to the vault.</summary>
        public async Task<Token> RefreshAsync(Token rejected, string user = null, string intent = null)
        {
            string subject;
            Fields given = Whose(user, intent, out subject);
            given["rejected"] = Proofs.Hash(rejected.AccessToken);
            string method = "refreshAccessTokenFor" + (user == null ? "Intent" : "User");
            object result = await Ask(method, _ => given, options.Timeout).ConfigureAwait(false);
            Token fresh = Wait.Read(() => Check.Token(Check.Record(result)));
            lock (gate)
            {
                cache.Forget((_, token) => token.UserId == fresh.UserId || token.AccessToken == rejected.AccessToken);
                cache.Put(subject, "[]", fresh, cache.Epoch);
            }
            return fresh;
        }

        public Token Refresh(Token rejected, string user = null, string intent = null)
        {
            return Run(() => RefreshAsync(rejected, user, intent));
        }

        /// <summary>The token of the Twitch application itself; no-app-token if that is a public client.</summary>
        public Task<Token> AppTokenAsync(bool forceNew = false)
        {
            if (forceNew) lock (gate) cache.Forget((subject, _) => subject == "app:");
            Fields given = new Fields { { "forceNew", forceNew } };
            return Get("app:", "[]", "getAppAccessToken", _ => given, Shorter(options.Timeout, AnswerWait));
        }

        public Token AppToken(bool forceNew = false) { return Run(() => AppTokenAsync(forceNew)); }

        /// <summary>The scopes of an account's token; none for an unknown account.</summary>
        public async Task<IReadOnlyList<string>> ScopesAsync(string user)
        {
            Fields given = new Fields { { "user", CheckUser(user) } };
            object result = await Ask("getCurrentScopesForUser", _ => given, Shorter(options.Timeout, AnswerWait)).ConfigureAwait(false);
            return Wait.Read(() => Check.Plains(result));
        }

        public IReadOnlyList<string> Scopes(string user) { return Run(() => ScopesAsync(user)); }

        /// <summary>How the vault and the accounts this bot may use stand.</summary>
        public async Task<Status> StatusAsync()
        {
            object result = await Ask("status", _ => new Fields(), Shorter(options.Timeout, AnswerWait)).ConfigureAwait(false);
            return Wait.Read(() => Check.Status(result));
        }

        public Status Status() { return Run(StatusAsync); }

        /// <summary>Connects now rather than at the first call. Pairs if need be; without Wants, the first call does that.</summary>
        public async Task ConnectAsync()
        {
            try { await Ready(DateTime.UtcNow + options.Timeout).ConfigureAwait(false); }
            catch (NobodyAsksException) { }
        }

        public void Connect() { Run(async () => { await ConnectAsync().ConfigureAwait(false); return true; }); }

        /// <summary>Has every event told to listener, one after the other. Call the result to stop.</summary>
        public Action OnChange(Action<VaultEvent> listener)
        {
            lock (gate) listeners.Add(listener);
            return () => { lock (gate) listeners.Remove(listener); };
        }

        /// <summary>Ends the connection; waiting calls fail. Takes a tenth of a second on Mono.</summary>
        public void Dispose()
        {
            if (over.IsCancellationRequested) return;
            over.Cancel();
            Connection last;
            lock (gate) last = connection;
            if (last != null) last.Close(Wait.ClosedHere());
            RefuseWaiters(Wait.ClosedHere());
            // A program that ends just as a thread of Mono 6.8's pool lies down to rest waits for it, up to a minute.
            // Those that have worked here get the time to do so first; a pool thread would keep itself awake.
            if (OnMono && !Thread.CurrentThread.IsThreadPoolThread) Thread.Sleep(Settling);
        }

        /// <summary>On the thread pool, so that a window's own thread can wait for it.</summary>
        private static T Run<T>(Func<Task<T>> work) { return Task.Run(work).GetAwaiter().GetResult(); }

        private static TimeSpan Shorter(TimeSpan one, TimeSpan other) { return one < other ? one : other; }

        private static string CheckUser(string user)
        {
            if (user != null && Regex.IsMatch(user, "\\A[0-9]{1,20}\\z")) return user;
            throw new CastkeyException("bad-user", "An account is named by its numeric Twitch user ID; login names change hands.");
        }

        private static Fields Whose(string user, string intent, out string subject)
        {
            if ((user == null) == (intent == null)) throw new CastkeyException("bad-request", "Name either a user or an intent.");
            string name = user == null ? IntentName(intent) : null;
            subject = user != null ? "user:" + CheckUser(user) : "intent:" + name;
            return user != null ? new Fields { { "user", user } } : new Fields { { "intent", name } };
        }

        /// <summary>The name as the vault has it.</summary>
        internal static string IntentName(string intent)
        {
            string name = intent.Trim();
            int pairs = name.Count(char.IsHighSurrogate);
            for (int i = 0; i < intent.Length; i++)
            {
                UnicodeCategory kind = CharUnicodeInfo.GetUnicodeCategory(intent, i);
                if (char.IsSurrogatePair(intent, i)) i++;
                if (kind == UnicodeCategory.Control || kind == UnicodeCategory.Format || kind == UnicodeCategory.Surrogate
                    || kind == UnicodeCategory.LineSeparator || kind == UnicodeCategory.ParagraphSeparator) name = "";
            }
            if (name.Length >= 1 && name.Length - pairs <= 60) return name;
            throw new CastkeyException("bad-request", "An intent has 1 to 60 characters on one line.");
        }

        private async Task<Token> Get(string subject, string question, string method, Func<TimeSpan, Fields> given, TimeSpan wait)
        {
            lock (gate)
            {
                Cache.Held held = cache.Find(subject, question);
                if (held != null && !over.IsCancellationRequested && (held.Confirmed || connection == null)) return held.Token;
            }
            Token token;
            int asked;
            try
            {
                DateTime deadline = DateTime.UtcNow + wait;
                await ReadyFor(given(wait), deadline).ConfigureAwait(false);
                lock (gate) asked = cache.Epoch;
                object result = await Ask(method, given, deadline - DateTime.UtcNow).ConfigureAwait(false);
                token = Wait.Read(() => Check.Token(result));
            }
            catch (CastkeyException error)
            {
                lock (gate)
                {
                    Cache.Held held = cache.Find(subject, question);
                    if (held != null && NotAboutTheToken.Contains(error.Code)) return held.Token;
                }
                throw;
            }
            if (token == null)
            {
                string kind = subject.Substring(0, subject.IndexOf(':'));
                throw new CastkeyException("unknown-" + kind, "Castkey has no account for the " + subject.Replace(":", " ") + ".");
            }
            lock (gate) cache.Put(subject, question, token, asked);
            return token;
        }

        /// <summary>Repeats the question if the connection breaks under it. Every method may be repeated.</summary>
        private async Task<object> Ask(string method, Func<TimeSpan, Fields> given, TimeSpan wait)
        {
            DateTime deadline = DateTime.UtcNow + wait;
            for (int tries = 0; ; tries++)
            {
                Connection current = await ReadyFor(given(wait), deadline).ConfigureAwait(false);
                TimeSpan left = deadline - DateTime.UtcNow;
                if (left < TimeSpan.FromMilliseconds(1)) left = TimeSpan.FromMilliseconds(1);
                CastkeyException broken;
                try { return await current.Request(method, given(left), left + Grace).ConfigureAwait(false); }
                catch (CastkeyException error)
                {
                    bool interrupted = error.Code == "shutting-down" || (error.Code == "connection-lost" && error.Retryable);
                    if (!interrupted || tries == Repeats) throw;
                    broken = error;
                }
                current.Close(broken);
                Leave(current, broken);
            }
        }

        private void Leave(Connection old, CastkeyException why)
        {
            lock (gate)
            {
                failure = why;
                if (connection == old) connection = null;
            }
        }

        /// <summary>The connection, for a call with these parameters.</summary>
        private async Task<Connection> ReadyFor(Fields given, DateTime deadline)
        {
            Want need = NeedOf(given);
            lock (gate) calls.Add(need);
            try
            {
                for (;;)
                {
                    // A connection that was begun before this call may have ended for want of it.
                    try { return await Ready(deadline).ConfigureAwait(false); }
                    catch (NobodyAsksException) { }
                }
            }
            finally
            {
                lock (gate) calls.Remove(need);
            }
        }

        /// <summary>What a bot would have to be granted for a call with these parameters.</summary>
        private static Want NeedOf(Fields given)
        {
            var sets = Check.Get(given, "scopeSets") as List<List<string>>;
            return new Want
            {
                User = Check.Get(given, "user") as string,
                Intent = Check.Get(given, "intent") as string,
                Scopes = sets == null || sets.Count == 0 ? null : sets,
            };
        }

        /// <summary>The connection; while there is none, waits for one.</summary>
        private async Task<Connection> Ready(DateTime deadline)
        {
            TimeSpan left = deadline - DateTime.UtcNow;
            if (left <= TimeSpan.Zero) throw Wait.TimedOut("Connecting to Castkey");
            Task<Connection> coming;
            var waiter = Wait.Source<Connection>();
            bool again;
            lock (gate)
            {
                if (over.IsCancellationRequested) throw Wait.ClosedHere();
                if (connection != null) return connection;
                again = kept;
                if (again)
                {
                    waiters.Add(waiter);
                    coming = waiter.Task;
                }
                else
                {
                    if (first == null) first = Task.Run(() => ConnectFirst(deadline));
                    coming = first;
                }
            }
            try { return await Wait.For(coming, left, "Connecting to Castkey").ConfigureAwait(false); }
            catch (CastkeyException error)
            {
                if (again && error.Code == "timeout" && failure != null) throw failure;
                throw;
            }
            finally
            {
                lock (gate) waiters.Remove(waiter);
            }
        }

        /// <summary>Fails at once; the next call tries again. From the first success on, Keep reconnects.</summary>
        private async Task<Connection> ConnectFirst(DateTime deadline)
        {
            try
            {
                Connection made = await OpenAuthenticated(deadline).ConfigureAwait(false);
                lock (gate)
                {
                    first = null;
                    kept = true;
                    connection = made;
                    cache.MarkUnconfirmed();
                }
                Wait.Forget(Keep(made));
                return made;
            }
            catch
            {
                lock (gate) first = null;
                throw;
            }
        }

        private async Task Keep(Connection current)
        {
            int tries = 0;
            DateTime since = DateTime.UtcNow;
            while (!over.IsCancellationRequested)
            {
                if (current != null)
                {
                    Leave(current, await current.Closed.ConfigureAwait(false));
                    if (DateTime.UtcNow - since > Steady) tries = 0;
                }
                double pause = Math.Min(10000, 100 * Math.Pow(2, Math.Min(tries, 10))) * (1 - random.NextDouble() / 2);
                tries++;
                try { await Task.Delay(TimeSpan.FromMilliseconds(pause), over.Token).ConfigureAwait(false); }
                catch (OperationCanceledException) { return; }
                since = DateTime.UtcNow;
                current = await Reconnect().ConfigureAwait(false);
            }
            if (current != null) current.Close(Wait.ClosedHere());
        }

        /// <summary>One try.</summary>
        private async Task<Connection> Reconnect()
        {
            try
            {
                Connection made = await OpenAuthenticated(DateTime.UtcNow + options.Timeout).ConfigureAwait(false);
                List<TaskCompletionSource<Connection>> admitted;
                lock (gate)
                {
                    connection = made;
                    cache.MarkUnconfirmed();
                    admitted = waiters.ToList();
                }
                foreach (var waiter in admitted) waiter.TrySetResult(made);
                return made;
            }
            catch (CastkeyException error)
            {
                lock (gate) failure = error;
                if (!(error is NobodyAsksException) && !Passing.Contains(error.Code)) RefuseWaiters(error);
                return null;
            }
        }

        private void RefuseWaiters(CastkeyException why)
        {
            List<TaskCompletionSource<Connection>> refused;
            lock (gate) refused = waiters.ToList();
            foreach (var waiter in refused) waiter.TrySetException(why);
        }

        private static TimeSpan Left(DateTime deadline, TimeSpan max)
        {
            TimeSpan left = deadline - DateTime.UtcNow;
            if (left <= TimeSpan.Zero) throw Wait.TimedOut("Connecting to Castkey");
            return Shorter(left, max);
        }

        /// <summary>Connection, handshake, pairing if need be, subscription.</summary>
        private async Task<Connection> OpenAuthenticated(DateTime deadline)
        {
            for (;;)
            {
                PairingKey key = KeyFile.Read(keyFile, options.Name);
                Connection made = await Connection.Open(path, ApplyEvent, Left(deadline, Handshake)).ConfigureAwait(false);
                bool entered = false;
                try
                {
                    entered = await AuthenticateOrPair(made, key, deadline).ConfigureAwait(false);
                    if (entered)
                    {
                        await made.Subscribe(Left(deadline, Handshake)).ConfigureAwait(false);
                        if (over.IsCancellationRequested) throw Wait.ClosedHere();
                        return made;
                    }
                }
                catch
                {
                    made.Close(Wait.Lost("The handshake failed."));
                    throw;
                }
                made.Close(Wait.Lost("Another process of this bot is pairing."));
                await Task.Delay(Left(deadline, LockPoll)).ConfigureAwait(false);
            }
        }

        /// <summary>false when another process is pairing this bot: to be tried again with its key.</summary>
        private async Task<bool> AuthenticateOrPair(Connection made, PairingKey key, DateTime deadline)
        {
            string nonce = Proofs.NewNonce();
            object result = await made.Request("hello", Hello(nonce, key), Left(deadline, Handshake)).ConfigureAwait(false);
            Fields answer = Wait.Read(() => Check.Record(result));
            string serverNonce = Wait.Read(() =>
            {
                if (Check.Text(Check.Record(Check.Get(answer, "server")), "name") != "castkey") throw new MalformedException("another server");
                Proofs.Decode(Check.Text(answer, "nonce"), 16, 64);
                return Check.Text(answer, "nonce");
            });
            long protocol = Wait.Read(() => Check.Count(Check.Get(answer, "protocol")));
            if (protocol != Protocol) throw new CastkeyException("unsupported-protocol", "This Castkey speaks version " + protocol + " of the protocol.");
            if (key != null && Wait.Read(() => Check.Flag(Check.Get(answer, "paired"))))
            {
                // Nothing more is said until the vault has proved itself: any program could sit on the path.
                if (!Proofs.Same(Proofs.Of("server", key.Key, nonce, serverNonce), Check.Get(answer, "proof") as string))
                    throw new CastkeyException("vault-unproven", "What answers at " + path + " doesn't know this bot's key: it may be posing as Castkey.");
                var proof = new Fields { { "proof", Proofs.Of("client", key.Key, nonce, serverNonce) } };
                await made.Request("authenticate", proof, Left(deadline, Handshake)).ConfigureAwait(false);
                return true;
            }
            if (key != null)
            {
                // Any program on the path can say so: the key must not be lost for that.
                throw new CastkeyException("not-paired", "Castkey doesn't know this bot's key. If it was removed there: delete " + keyFile + " and start again.");
            }
            string unknown = "Castkey doesn't know the bot \"" + options.Name + "\"";
            if (!options.Interactive) throw new CastkeyException("not-paired", unknown + ": start it where a window may open.");
            // A window may open only if somebody waits for what it would lead to.
            lock (gate) if (calls.Count == 0 && (wants == null || kept)) throw new NobodyAsksException(unknown + " yet.");
            return await Pair(made, deadline).ConfigureAwait(false);
        }

        private Fields Hello(string nonce, PairingKey key)
        {
            var client = new Fields { { "name", options.Name }, { "version", Version } };
            var given = new Fields { { "protocol", Protocol }, { "client", client }, { "nonce", nonce } };
            if (key != null) given["keyId"] = key.KeyId;
            if (options.TwitchClientId != null) given["twitchClientId"] = options.TwitchClientId;
            return given;
        }

        private async Task<bool> Pair(Connection made, DateTime deadline)
        {
            using (IDisposable mine = KeyFile.Lock(keyFile))
            {
                if (mine == null || KeyFile.Read(keyFile, options.Name) != null) return false;
                object result = await made.Request("pair", PairParams(), Left(deadline, MaxWait)).ConfigureAwait(false);
                PairingKey pairing = Wait.Read(() =>
                {
                    Fields given = Check.Record(result);
                    return new PairingKey { KeyId = Check.Text(given, "keyId"), Key = Proofs.Decode(Check.Text(given, "key"), 32, 32) };
                });
                KeyFile.Write(keyFile, options.Name, pairing);
                return true;
            }
        }

        private Fields PairParams()
        {
            var given = new Fields();
            if (options.Reason != null) given["reason"] = options.Reason;
            List<Want> needs;
            lock (gate) needs = calls.Where(need => need.User != null || need.Intent != null).ToList();
            var asked = (wants ?? needs).Select(want =>
            {
                var one = new Fields();
                if (want.User != null) one["user"] = want.User;
                if (want.Intent != null) one["intent"] = want.Intent;
                if (want.Scopes != null) one["scopes"] = want.Scopes;
                return one;
            });
            // Calls may need the same; each is asked for once.
            given["wants"] = wants != null ? asked.ToList() : asked.GroupBy(one => Json.Write(one)).Select(same => same.First()).Take(MaxWants).ToList();
            return given;
        }

        private static Want CheckWant(Want want)
        {
            if (want == null || (want.User == null) == (want.Intent == null))
                throw new CastkeyException("bad-request", "Each of Wants names either a user or an intent.");
            return new Want { User = want.User, Intent = want.Intent, Scopes = want.Scopes == null ? null : CheckSets(want.Scopes) };
        }

        /// <summary>Of each inner list one. From an empty one there is nothing to choose.</summary>
        private static List<List<string>> CheckSets(IEnumerable<IEnumerable<string>> given)
        {
            if (given == null) return new List<List<string>>();
            var sets = given.Select(set => set == null ? null : set.ToList()).ToList();
            foreach (var set in sets)
            {
                if (set != null && set.All(scope => scope != null && Regex.IsMatch(scope, "\\A[^\\s,]+\\z"))) continue;
                string wrong = set == null ? "null" : "\"" + string.Join(" ", set) + "\"";
                throw new CastkeyException("bad-request", wrong + " is not one scope in each text: a list, please, such as new[] { \"chat:read\", \"chat:edit\" }.");
            }
            return sets.Where(set => set.Count > 0).ToList();
        }

        /// <summary>A listener's fault is told, and keeps nobody else from hearing.</summary>
        private static void Tell(Action<VaultEvent> hear, VaultEvent told)
        {
            try { hear(told); }
            catch (Exception error) { Trace.TraceError("A listener of Castkey's events failed: " + error); }
        }

        private void ApplyEvent(Fields body)
        {
            var told = new VaultEvent { Type = (string)body["type"], UserId = Check.Get(body, "userId") as string, Fields = body };
            lock (gate)
            {
                cache.ApplyEvent(body);
                foreach (var listener in listeners)
                {
                    Action<VaultEvent> hear = listener;
                    telling = telling.ContinueWith(_ => Tell(hear, told), TaskScheduler.Default);
                }
            }
        }
    }
}
