// Twitch access tokens from the Castkey vault on this computer, for bots in C#.
//
// Copy this one file into your bot, or paste it below the class of a Streamer.bot action; on Linux and macOS, and for rare
// needs, CastkeyMore.cs, too. It needs nothing but the base libraries of .NET Framework 4.8, .NET 8 or Mono.
//
//     var castkey = new Castkey("chat-bot");
//     Token token = castkey.Token(intent: "chat", scopes: new[] { "chat:read", "chat:edit" });
//
// The first call opens a window in which the streamer decides; later starts need no click. Ask for the token each time
// you need it rather than keeping it: that costs nothing while it is good. Each method has a twin ending in Async. Any
// thread may call. The protocol is told in docs/protocol.md of Castkey.
namespace CastkeyClient {
    using System;
    using System.Collections.Concurrent;
    using System.Collections.Generic;
    using System.Diagnostics;
    using System.Globalization;
    using System.IO;
    using System.IO.Pipes;
    using System.Linq;
    using System.Net.Sockets;
    using System.Security.Cryptography;
    using System.Text;
    using System.Text.RegularExpressions;
    using System.Threading;
    using System.Threading.Tasks;

    using Fields = System.Collections.Generic.Dictionary<string, object>;

    // --- What a bot sees

    /// <summary>What every method fails with. Code is one of docs/protocol.md, section 7, or one that arises on this
    /// side: vault-not-running, vault-unproven, connection-lost, timeout, key-file, bad-user.</summary>
    public class CastkeyException : Exception {
        public string Code { get; }
        /// <summary>Whether the same call may succeed later without anybody doing something.</summary>
        public bool Retryable { get; }
        /// <summary>How long to wait before that, where the vault knows.</summary>
        public TimeSpan? RetryAfter { get; }
        /// <summary>With scope-missing: the scopes the account lacks.</summary>
        public IReadOnlyList<string> Missing { get; }
        /// <summary>Why no window asked the streamer although one was allowed; else null. Part of Message.</summary>
        public string Hint { get; }

        public CastkeyException(
            string code, string message, bool retryable = false, TimeSpan? retryAfter = null, IReadOnlyList<string> missing = null, string hint = null)
            : base(code + ": " + message + (hint == null ? "" : " " + hint)) {
            Code = code;
            Retryable = retryable;
            RetryAfter = retryAfter;
            Missing = missing ?? new string[0];
            Hint = hint;
        }
    }

    /// <summary>An access token. It prints without its secret.</summary>
    public sealed class Token {
        public string AccessToken { get; }
        public IReadOnlyList<string> Scopes { get; }
        /// <summary>null: never.</summary>
        public DateTimeOffset? ExpiresAt { get; }
        /// <summary>null for the application's own token.</summary>
        public string UserId { get; }
        /// <summary>What Helix wants as Client-Id.</summary>
        public string ClientId { get; }
        public long Version { get; }

        internal Token(Fields given) {
            AccessToken = Check.Plain(given.Get("accessToken"));
            Scopes = Check.Plains(given.Get("scope"));
            // A century is enough; it also keeps the sum in range.
            if (given.Has("expiresIn")) ExpiresAt = Check.Time(Check.Count(given.Get("obtainmentTimestamp")) + Math.Min(Check.Count(given.Get("expiresIn")), 3155760000) * 1000);
            if (given.Has("userId")) UserId = Check.Plain(given.Get("userId"));
            ClientId = Check.Plain(given.Get("clientId"));
            Version = Check.Count(given.Get("version"));
        }

        public override string ToString() => "[token of user " + (UserId ?? "(none)") + ", version " + Version + "]";
    }

    /// <summary>How the streamer may be asked: by a window (or true), by a notification that waits for her, or not at all (or false).</summary>
    public struct Interactive {
        public static readonly Interactive Allow = new Interactive("allow"), Notify = new Interactive("notify"), Never = new Interactive("never");
        private readonly string name;

        private Interactive(string name) { this.name = name; }

        public static implicit operator Interactive(bool allowed) => allowed ? Allow : Never;
        public static implicit operator bool(Interactive how) => how.ToString() != "never";
        public override string ToString() => name ?? "allow";
    }

    /// <summary>What a bot would like to use: one account (by numeric user ID), one intent, or with App the token of the Twitch
    /// application itself. Of each list in Scopes it needs one; what is in Optional it can do without.</summary>
    public sealed class Want {
        public string User { get; set; }
        public string Intent { get; set; }
        public bool App { get; set; }
        public IEnumerable<IEnumerable<string>> Scopes { get; set; }
        public IEnumerable<IEnumerable<string>> Optional { get; set; }
    }

    /// <summary>Who calls. Only Name is needed.</summary>
    public sealed class CastkeyOptions {
        /// <summary>What the bot calls itself; the streamer sees it, and the pairing key is kept under it.</summary>
        public string Name { get; set; }
        /// <summary>What the first pairing asks for, so that one window settles it all. null: what the first call needs, and not before it.</summary>
        public IEnumerable<Want> Wants { get; set; }
        /// <summary>Why, in a sentence for the streamer.</summary>
        public string Reason { get; set; }
        /// <summary>Path of Castkey's socket; by default CASTKEY_SOCKET, else the platform's.</summary>
        public string Socket { get; set; }
        /// <summary>Path of the pairing key; by default CASTKEY_KEY_FILE, else a file in the user's configuration folder.</summary>
        public string KeyFile { get; set; }
        /// <summary>How long each call may take, people's clicks included; at most ten minutes.</summary>
        public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);
        /// <summary>How the streamer may be asked; with Never, or false, what needs her fails.</summary>
        public Interactive Interactive { get; set; } = Interactive.Allow;
        /// <summary>Client ID of the Twitch application this bot is made for: one the vault knows, or a public one that the bot
        /// brings and the streamer is asked about. null: the one it was paired with, else the vault's default.</summary>
        public string TwitchClientId { get; set; }
    }

    /// <summary>The other end doesn't speak this protocol, or a file isn't what it should be.</summary>
    internal sealed class MalformedException : CastkeyException {
        internal readonly string What;
        internal MalformedException(string what) : base("internal", "Castkey's answer makes no sense: " + what + ".") { What = what; }
    }

    /// <summary>Cuts a byte stream into lines; holds at most one, however the other side sends them.</summary>
    internal sealed class Lines {
        internal const int LineBytes = 65536;
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);
        private readonly MemoryStream held = new MemoryStream();

        internal void Feed(byte[] chunk, int count, Action<string> onLine) {
            for (int start = 0, end; start < count; start = end + 1) {
                end = Array.IndexOf(chunk, (byte)10, start, count - start);
                bool whole = end >= 0;
                if (!whole) end = count;
                if (held.Length + end - start >= LineBytes) throw new MalformedException("too-large");
                held.Write(chunk, start, end - start);
                if (whole) onLine(Take());
            }
        }

        private string Take() {
            try { return Strict.GetString(held.GetBuffer(), 0, (int)held.Length); }
            catch (ArgumentException) { throw new MalformedException("not-utf8"); }
            finally { held.SetLength(0); }
        }
    }

    internal static class Proofs {
        /// <summary>prover is "client" or "server"; the nonces are the texts as they were sent.</summary>
        internal static string Of(string prover, byte[] key, string clientNonce, string serverNonce) {
            string text = "castkey1:" + prover + ":" + clientNonce + ":" + serverNonce;
            using (var hmac = new HMACSHA256(key)) return Encode(hmac.ComputeHash(Encoding.UTF8.GetBytes(text)));
        }

        /// <summary>Compares in a time that doesn't depend on where they differ.</summary>
        internal static bool Same(string expected, string given) =>
            given?.Length == expected.Length && expected.Zip(given, (one, other) => one ^ other).Aggregate(0, (all, one) => all | one) == 0;

        internal static string NewNonce() {
            var bytes = new byte[32];
            using (var random = RandomNumberGenerator.Create()) random.GetBytes(bytes);
            return Encode(bytes);
        }

        /// <summary>base64url without padding.</summary>
        internal static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

        internal static byte[] Decode(string text, int min, int max) {
            if (text == null || !Regex.IsMatch(text, @"\A[A-Za-z0-9_-]+\z") || text.Length % 4 == 1) throw new MalformedException("that is no base64url");
            byte[] bytes = Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - text.Length % 4) % 4));
            if (bytes.Length < min || bytes.Length > max) throw new MalformedException("a key or nonce has a wrong length");
            return bytes;
        }

        /// <summary>Lower-case hex SHA-256.</summary>
        internal static string Hash(string text) {
            using (var sha = SHA256.Create()) return BitConverter.ToString(sha.ComputeHash(Encoding.UTF8.GetBytes(text))).Replace("-", "").ToLowerInvariant();
        }
    }

    /// <summary>There is no JSON reader that all three have. Objects as Fields, lists as List of object, whole numbers as long, others as double.</summary>
    internal static class Json {
        private const int MaxDepth = 64;
        /// <summary>A text, or a sign, a word, a number, the end; and the space before it.</summary>
        private static readonly Regex Part = new Regex(
            @"\G[ \t\r\n]*(?:""(?<text>(?>[^""\\\x00-\x1f]+|\\(?:[""\\/bfnrt]|u[0-9A-Fa-f]{4}))*)""" +
            @"|(?<other>[\[\]{}:,]|true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\z))");

        internal static object Read(string text) {
            Match next = Part.Match(text);
            object value = Value(ref next, 0);
            if (!next.Groups["other"].Success || next.Groups["other"].Value != "") throw Wrong(); // it isn't the end
            return value;
        }

        private static MalformedException Wrong() => new MalformedException("that is no JSON");

        private static bool Takes(ref Match next, string sign) {
            bool found = next.Groups["other"].Value == sign;
            if (found) next = next.NextMatch();
            return found;
        }

        private static object Value(ref Match next, int depth) {
            Match part = next;
            if (depth > MaxDepth || !part.Success) throw Wrong();
            next = part.NextMatch();
            if (part.Groups["text"].Success) return Unescape(part.Groups["text"].Value);
            string other = part.Groups["other"].Value;
            long whole;
            double number;
            switch (other) {
                case "{": return Object(ref next, depth + 1);
                case "[": return List(ref next, depth + 1);
                case "true": return true;
                case "false": return false;
                case "null": return null;
            }
            if (long.TryParse(other, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole)) return whole;
            if (double.TryParse(other, NumberStyles.Float, CultureInfo.InvariantCulture, out number)) return number;
            throw Wrong();
        }

        private static Fields Object(ref Match next, int depth) {
            var found = new Fields();
            while (!Takes(ref next, "}")) {
                if (found.Count > 0 && !Takes(ref next, ",")) throw Wrong();
                var name = Value(ref next, depth) as string;
                if (name == null || !Takes(ref next, ":")) throw Wrong();
                found[name] = Value(ref next, depth);
            }
            return found;
        }

        private static List<object> List(ref Match next, int depth) {
            var found = new List<object>();
            while (!Takes(ref next, "]")) {
                if (found.Count > 0 && !Takes(ref next, ",")) throw Wrong();
                found.Add(Value(ref next, depth));
            }
            return found;
        }

        private static string Unescape(string text) => Regex.Replace(text, @"\\(?:u(....)|(.))", escape => escape.Groups[1].Success
            ? ((char)Convert.ToUInt16(escape.Groups[1].Value, 16)).ToString()
            : "\"\\/\b\f\n\r\t"["\"\\/bfnrt".IndexOf(escape.Groups[2].Value[0])].ToString());

        internal static string Write(object value) {
            if (value == null) return "null";
            if (value is bool) return (bool)value ? "true" : "false";
            if (value is string) return "\"" + Regex.Replace((string)value, @"[""\\\x00-\x1f]", sign => "\\u" + ((int)sign.Value[0]).ToString("x4")) + "\"";
            var fields = value as IDictionary<string, object>;
            if (fields != null) return "{" + string.Join(",", fields.Select(field => Write(field.Key) + ":" + Write(field.Value))) + "}";
            var list = value as System.Collections.IEnumerable;
            if (list != null) return "[" + string.Join(",", list.Cast<object>().Select(Write)) + "]";
            return Convert.ToString(value, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>What comes over the socket, and key files, is checked before it is used.</summary>
    internal static class Check {
        /// <summary>null where it is missing.</summary>
        internal static object Get(this Fields given, string name) {
            object value;
            return given.TryGetValue(name, out value) ? value : null;
        }

        internal static bool Has(this Fields given, string name) => given.Get(name) != null;

        private static T Is<T>(object value, bool fits = true) {
            if (value is T && fits) return (T)value;
            throw new MalformedException("a " + typeof(T).Name + " is missing");
        }

        internal static Fields Record(object value) => Is<Fields>(value);
        internal static bool Flag(object value) => Is<bool>(value);
        internal static string Text(object value) => Is<string>(value, (value as string)?.Length <= 4096 && !value.Equals(""));
        internal static List<object> List(object value) => Is<List<object>>(value);
        internal static long Count(object value) => Is<long>(value, value as long? >= 0 && value as long? <= 9007199254740991);
        /// <summary>What goes into headers, files and onto terminals as it is: a line break or an escape in it would be a command there.</summary>
        internal static string Plain(object value) => Is<string>(value, Regex.IsMatch(value as string ?? "", @"\A[!-~]{1,1024}\z"));
        internal static IReadOnlyList<string> Plains(object value) => List(value).Select(Plain).ToList();

        internal static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, 253402300799999)); // year 9999

        /// <summary>What a vault tells of an account that this bot may use.</summary>
        private static Fields Account(object value) {
            Fields given = Record(value);
            Plain(given.Get("userId"));
            Plain(given.Get("login"));
            Plains(given.Get("scope"));
            List(given.Get("intents")).ForEach(intent => Text(intent));
            Text(given.Get("state"));
            if (given.Has("expiresAt")) Time(Count(given["expiresAt"]));
            if (given.Has("version")) Count(given["version"]);
            return given;
        }

        internal static List<Fields> Accounts(Fields given) => List(given.Get("users")).Select(Account).ToList();
        private static readonly string[] AboutUsers = { "token.changed", "token.invalidated", "account.added", "account.removed", "intents.changed" };
        private static readonly string[] OtherEvents = { "grant.revoked", "vault.locked", "vault.unlocked", "overflow", "state" };

        /// <summary>null if this client doesn't know the type.</summary>
        internal static Fields Event(string type, Fields given) {
            if (!AboutUsers.Contains(type) && !OtherEvents.Contains(type)) return null;
            Count(given.Get("seq"));
            if (AboutUsers.Contains(type) || given.Has("userId")) Plain(given.Get("userId"));
            if (given.Has("user")) Account(given.Get("user"));
            if (type == "token.changed") Count(given.Get("version"));
            if (type == "state") Flag(given.Get("locked"));
            if (type == "state") Accounts(given);
            return given;
        }

        /// <summary>Text from the other side, safe to print: no control characters, nothing that looks like a Twitch token.</summary>
        internal static string Sanitize(string text) {
            string plain = Regex.Replace(text, @"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+", " ");
            string kept = Regex.Replace(plain, @"\b[A-Za-z0-9]{30,}\b", "[hidden]");
            return (kept.Length > 300 ? kept.Substring(0, 300) : kept).Trim();
        }
    }

    /// <summary>What a line from the vault means.</summary>
    internal sealed class Message {
        internal string Kind; // result, error, event or ignore
        internal long? Id; // null for an error of the connection
        internal object Result;
        internal CastkeyException Error;
        internal Fields Event;

        private static readonly string[] Codes = (
            "not-paired bad-proof denied approval-timeout consent-denied consent-timeout wrong-account scope-missing " +
            "unknown-user unknown-intent needs-sign-in setup locked twitch-unreachable twitch-rejected rate-limited " +
            "no-app-token bad-request too-large unsupported-protocol busy shutting-down internal").Split(' ');

        /// <summary>Throws MalformedException where the other end doesn't speak this protocol.</summary>
        internal static Message Read(string line) {
            Fields given = Check.Record(Json.Read(line));
            if (!Equals(given.Get("jsonrpc"), "2.0")) throw new MalformedException("that is no JSON-RPC");
            if (given.ContainsKey("method")) {
                Fields body = Equals(given["method"], "event") ? given.Get("params") as Fields : null;
                Fields told = body == null ? null : Check.Event(body.Get("type") as string, body);
                return new Message { Kind = told == null ? "ignore" : "event", Event = body };
            }
            long? id = given.Has("id") || !given.ContainsKey("error") ? Check.Count(given.Get("id")) : (long?)null;
            if (given.ContainsKey("error")) return new Message { Kind = "error", Id = id, Error = Refusal(Check.Record(given.Get("error"))) };
            if (!given.ContainsKey("result")) throw new MalformedException("neither result nor error");
            return new Message { Kind = "result", Id = id, Result = given["result"] };
        }

        /// <summary>The vault's no. One of JSON-RPC's own errors may come without data; a code from the future is internal.</summary>
        private static CastkeyException Refusal(Fields error) {
            string message = Check.Sanitize(error.Get("message") as string ?? "");
            var data = error.Get("data") as Fields ?? new Fields { { "code", "bad-request" } };
            string code = data.Get("code") as string, hint = data.Get("hint") as string;
            long? after = data.Get("retryAfterMs") as long?;
            return new CastkeyException(
                Codes.Contains(code) ? code : "internal", message, Equals(data.Get("retryable"), true),
                after >= 0 ? TimeSpan.FromMilliseconds(Math.Min(after.Value, 3600000)) : (TimeSpan?)null,
                (data.Get("missing") as List<object> ?? new List<object>()).OfType<string>().Select(Check.Sanitize).ToList(),
                hint == null ? null : Check.Sanitize(hint));
        }
    }

    /// <summary>What differs between systems. This is Windows; CastkeyMore.cs has Linux and macOS.</summary>
    internal partial class Platform {
        private const string PipePrefix = @"\\.\pipe\";
        static partial void FindUnix(ref Platform found);
        internal static Platform Find() {
            Platform found = Environment.OSVersion.Platform == PlatformID.Win32NT ? new Platform() : null;
            if (found == null) FindUnix(ref found);
            if (found == null) throw Bad("On Linux and macOS this bot needs the file CastkeyMore.cs of Castkey, too.");
            return found;
        }

        protected static CastkeyException Bad(string message) => new CastkeyException("bad-request", message);
        private static string Given(string text) => text == "" ? null : text;
        protected static string Variable(string name) => Given(Environment.GetEnvironmentVariable(name));
        protected static string WithoutSlash(string folder) => Given(folder.TrimEnd('/', '\\')) ?? folder;

        /// <summary>Where the vault listens: docs/protocol.md, section 1.</summary>
        internal string Socket(string chosen) {
            string home = Variable("CASTKEY_HOME"), path = Given(chosen);
            if (path == null && home != null && !IsAbsolute(home)) throw Bad("CASTKEY_HOME must be an absolute folder, but is \"" + home + "\".");
            path = path ?? Variable("CASTKEY_SOCKET") ?? DefaultSocket(home == null ? null : WithoutSlash(home));
            RefuseSocket(path);
            return path;
        }

        /// <summary>Where the key of a bot lies: the same place that castkey-client and the castkey command use.</summary>
        internal string KeyPath(string name, string chosen) =>
            Given(chosen) ?? Variable("CASTKEY_KEY_FILE") ?? Path.Combine(SettingsFolder(), "castkey-client", KeyFileName(name));

        private static string KeyFileName(string name) {
            if (Regex.IsMatch(name, @"\A(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])\z)[a-z0-9][a-z0-9_-]{0,47}\z")) return name + ".json";
            string legible = Regex.Replace(name.ToLowerInvariant(), "[^a-z0-9]+", "-").Trim('-');
            return "bot-" + legible.Substring(0, Math.Min(32, legible.Length)) + "." + Proofs.Hash(name).Substring(0, 16) + ".json";
        }

        protected virtual bool IsAbsolute(string path) => Regex.IsMatch(path, @"\A(?:[A-Za-z]:[\\/]|\\\\)");

        /// <summary>A relative variable is ignored: it would be another folder each time.</summary>
        protected virtual string SettingsFolder() {
            string given = Variable("APPDATA") ?? "";
            return IsAbsolute(given) ? given : (Variable("USERPROFILE") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)) + @"\AppData\Roaming";
        }

        /// <summary>home is CASTKEY_HOME, or null.</summary>
        protected virtual string DefaultSocket(string home) =>
            PipePrefix + "castkey-" + Proofs.Hash(home ?? SettingsFolder() + @"\Castkey").Substring(0, 16);

        protected virtual void RefuseSocket(string path) {
            if (!path.StartsWith(PipePrefix, StringComparison.Ordinal)) throw Bad("On Windows the vault listens on a pipe, not at \"" + path + "\".");
        }

        internal virtual Stream Connect(string path) {
            // Identification only: a program that sits on the pipe can't act as this user.
            var pipe = new NamedPipeClientStream(
                ".", path.Substring(PipePrefix.Length), PipeDirection.InOut, PipeOptions.Asynchronous, System.Security.Principal.TokenImpersonationLevel.Identification);
            pipe.Connect(500);
            return pipe;
        }

        /// <summary>Throws where others can read an open key file. On Windows its folder is this user's.</summary>
        internal virtual void RefuseShared(FileStream file, string path) { }
        internal virtual void MakeFolder(string folder) { Directory.CreateDirectory(folder); }
        internal virtual void Settle() { }

        /// <summary>An empty file beside path that nobody else can read.</summary>
        internal virtual string NewFile(string path) {
            string chosen = path + "." + Process.GetCurrentProcess().Id + ".tmp";
            new FileStream(chosen, FileMode.Create).Dispose();
            return chosen;
        }

        internal virtual void Replace(string from, string to) {
            if (File.Exists(to)) File.Replace(from, to, null);
            else File.Move(from, to);
        }
    }

    /// <summary>Where the pairing key lies. A key is Fields with keyId and key, 32 bytes in base64url.</summary>
    internal sealed class KeyFile {
        private const int MaxBytes = 8192;
        internal Platform Platform;
        internal string Path, Name;

        internal static CastkeyException Problem(string path, string what) =>
            new CastkeyException("key-file", "The key file " + path + " " + what + ". Put it right, or delete it and pair again.");

        internal static bool IsRefused(Exception error) => error is IOException || error is UnauthorizedAccessException;

        internal static Fields CheckKey(Fields given) {
            Check.Text(given.Get("keyId"));
            Proofs.Decode(Check.Text(given.Get("key")), 32, 32);
            return given;
        }

        /// <summary>null if there is no such file.</summary>
        internal Fields Read() {
            try {
                using (var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)) {
                    Platform.RefuseShared(file, Path); // the open file, so that it can't be exchanged in between
                    if (file.Length > MaxBytes) throw new MalformedException("it is too long");
                    Fields given = CheckKey(Check.Record(Json.Read(new StreamReader(file, Encoding.UTF8).ReadToEnd())));
                    string owner = Check.Text(given.Get("name"));
                    if (owner == Name) return given;
                    throw Problem(Path, "belongs to the bot \"" + owner + "\", not to \"" + Name + "\"");
                }
            } catch (Exception error) when (error is FileNotFoundException || error is DirectoryNotFoundException) { return null; }
            catch (Exception error) when (IsRefused(error)) { throw Problem(Path, "can't be opened"); }
            catch (MalformedException) { throw Problem(Path, "isn't a key file"); }
        }

        /// <summary>A crash leaves the old file or the new one; mode 0600 from the first byte.</summary>
        internal void Write(Fields key) {
            var content = new Fields { { "version", 1L }, { "name", Name }, { "keyId", key["keyId"] }, { "key", key["key"] } };
            byte[] bytes = Encoding.UTF8.GetBytes(Json.Write(content) + "\n");
            string temporary = null;
            try {
                Platform.MakeFolder(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)));
                temporary = Platform.NewFile(Path);
                using (var file = new FileStream(temporary, FileMode.Open, FileAccess.Write, FileShare.None)) {
                    file.Write(bytes, 0, bytes.Length);
                    file.Flush(true);
                }
                Platform.Replace(temporary, Path);
            } catch (Exception error) when (IsRefused(error)) {
                if (temporary != null) Remove(temporary);
                throw Problem(Path, "can't be written");
            }
        }

        internal static void Remove(string path) {
            try { File.Delete(path); }
            catch (Exception error) when (IsRefused(error)) { } // it is gone, or will be overwritten by the next
        }
    }

    /// <summary>Requests, answers and events on one socket, before and after the handshake.</summary>
    internal sealed class Connection {
        private Stream stream;
        private Action<Fields> onEvent;
        private readonly object writing = new object();
        private readonly ConcurrentDictionary<long, TaskCompletionSource<object>> waiting = new ConcurrentDictionary<long, TaskCompletionSource<object>>();
        private readonly TaskCompletionSource<CastkeyException> closed = Wait.Source<CastkeyException>();
        private long lastId;
        private long? subscription, lastSeq;
        private readonly List<object> parts = new List<object>(); // accounts of a state whose last part is still to come
        /// <summary>Settles once, with the reason, when nothing can be asked any more.</summary>
        internal Task<CastkeyException> Closed => closed.Task;

        internal static async Task<Connection> Open(Platform platform, string path, Action<Fields> onEvent, TimeSpan within) {
            Stream stream = await Wait.For(Task.Run(() => Connect(platform, path)), within, "Opening " + path).ConfigureAwait(false);
            var connection = new Connection { stream = stream, onEvent = onEvent };
            // A thread of its own, so that a busy thread pool can't hold up answers.
            Wait.Forget(Task.Factory.StartNew(connection.Listen, TaskCreationOptions.LongRunning));
            return connection;
        }

        private static Stream Connect(Platform platform, string path) {
            try { return platform.Connect(path); }
            catch (Exception error) when (IsBroken(error) || error is TimeoutException || error is UnauthorizedAccessException) {
                bool foreign = error is UnauthorizedAccessException || ((error as SocketException)?.SocketErrorCode == SocketError.AccessDenied && File.Exists(path));
                string why = foreign ? path + " belongs to another user." : "Nobody answers at " + path + ". Start Castkey on this computer, then try again.";
                throw new CastkeyException("vault-not-running", why, !foreign);
            }
        }

        private static bool IsBroken(Exception error) =>
            error is IOException || error is ObjectDisposedException || error is SocketException || error is InvalidOperationException;

        internal async Task<object> Request(string method, Fields given, TimeSpan within) {
            var answer = Wait.Source<object>();
            long id = Interlocked.Increment(ref lastId);
            var message = new Fields { { "jsonrpc", "2.0" }, { "id", id }, { "method", method }, { "params", given } };
            byte[] bytes = Encoding.UTF8.GetBytes(Json.Write(message) + "\n");
            if (bytes.Length > Lines.LineBytes) throw new CastkeyException("too-large", "The request " + method + " is longer than 64 KiB.");
            waiting[id] = answer;
            if (method == "subscribe") subscription = id;
            // Beside the wait: a vault that doesn't read can't hold up a call beyond its deadline.
            Wait.Forget(Task.Run(() => Send(bytes)));
            try {
                Task first = await Wait.For(Task.WhenAny(answer.Task, closed.Task), within, "Castkey's answer to " + method).ConfigureAwait(false);
                if (first == closed.Task) throw closed.Task.Result;
                return await answer.Task.ConfigureAwait(false);
            } finally { waiting.TryRemove(id, out answer); }
        }

        private void Send(byte[] bytes) {
            try { lock (writing) stream.Write(bytes, 0, bytes.Length); }
            catch (Exception error) when (IsBroken(error)) { Close(Wait.Lost("The connection to Castkey broke.")); }
        }

        internal void Close(CastkeyException why) { if (closed.TrySetResult(why)) stream.Dispose(); }

        private void Listen() {
            var lines = new Lines();
            var buffer = new byte[Lines.LineBytes];
            try {
                for (int count; (count = stream.Read(buffer, 0, buffer.Length)) > 0;) lines.Feed(buffer, count, line => Hear(Message.Read(line)));
                Close(Wait.Lost("Castkey closed the connection."));
            } catch (MalformedException) { Close(Wait.Lost("What answers at the socket doesn't speak Castkey's protocol.")); }
            catch (Exception error) {
                Close(Wait.Lost("The connection to Castkey broke."));
                if (!IsBroken(error)) throw;
            }
        }

        private void Hear(Message message) {
            TaskCompletionSource<object> answer = null;
            if (message.Event != null) HearEvent(message.Event, message.Kind == "event");
            else if (message.Kind == "error" && message.Id == null) Close(message.Error);
            else if (message.Id != null) waiting.TryGetValue(message.Id.Value, out answer);
            if (answer == null) return;
            if (message.Kind == "result" && message.Id == subscription) HearState(Check.Record(message.Result));
            if (message.Kind == "error") answer.TrySetException(message.Error);
            else answer.TrySetResult(message.Result);
        }

        /// <summary>The answer to subscribe is a state like those that come later. Older vaults give the number alone.</summary>
        private void HearState(Fields answer) {
            lastSeq = Check.Count(answer.Get("seq"));
            if (answer.Has("users")) Tell(Check.Event("state", new Fields(answer) { ["type"] = "state" }));
        }

        private void HearEvent(Fields told, bool known) {
            if (lastSeq == null) return; // nothing that was asked for
            long seq = told.Get("seq") as long? ?? 0;
            if (seq != lastSeq + 1 && !Equals(told.Get("type"), "overflow")) Tell(new Fields { { "seq", seq }, { "type", "overflow" } });
            lastSeq = seq; // of what isn't known, too
            if (known) Tell(told);
        }

        /// <summary>A state in parts is told once it is whole: only then is who isn't in it withdrawn. After an overflow they begin anew.</summary>
        private void Tell(Fields told) {
            bool isState = told["type"].Equals("state");
            if (isState) parts.AddRange(Check.List(told["users"]));
            if (isState && Equals(told.Get("more"), true)) return;
            onEvent(isState ? new Fields(told) { ["users"] = parts.ToList() } : told);
            if (isState || told["type"].Equals("overflow")) parts.Clear();
        }
    }

    /// <summary>Waits that end.</summary>
    internal static class Wait {
        internal static TaskCompletionSource<T> Source<T>() => new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);

        internal static async Task<T> For<T>(Task<T> task, TimeSpan within, string what) {
            using (var over = new CancellationTokenSource()) {
                Task first = await Task.WhenAny(task, Task.Delay(within, over.Token)).ConfigureAwait(false);
                over.Cancel();
                if (first == task) return await task.ConfigureAwait(false);
            }
            Forget(task);
            throw new CastkeyException("timeout", what + " took too long.", true);
        }

        /// <summary>Nobody waits for this any more; its failure is told where it belongs.</summary>
        internal static void Forget(Task task) =>
            task.ContinueWith(done => done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

        internal static CastkeyException Lost(string message) => new CastkeyException("connection-lost", message, true);
    }

    /// <summary>Tokens, each for a question that the vault itself has answered with it. The client's lock guards it.</summary>
    internal sealed class Cache {
        private const int MaxHeld = 256;
        private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

        internal sealed class Held {
            internal string Intent; // null where it wasn't got by one
            internal Token Token;
            internal bool Confirmed = true;
        }

        private readonly Dictionary<string, Held> held = new Dictionary<string, Held>();
        /// <summary>Rises when answers that are under way may be out of date.</summary>
        internal int Epoch { get; private set; }
        private static bool IsFresh(Token token) => token.ExpiresAt == null || DateTimeOffset.UtcNow < token.ExpiresAt - Margin;

        internal Held Find(string question) {
            Held found;
            return held.TryGetValue(question, out found) && IsFresh(found.Token) ? found : null;
        }

        /// <summary>asked: the epoch in which the question was put.</summary>
        internal void Put(string question, string intent, Token token, int asked) {
            if (asked != Epoch || !IsFresh(token)) return;
            if (held.Count >= MaxHeld) held.Clear();
            held[question] = new Held { Intent = intent, Token = token };
        }

        internal void Forget(Func<Held, bool> concerned) {
            Epoch++;
            foreach (var entry in held.ToList()) if (concerned(entry.Value)) held.Remove(entry.Key);
        }

        /// <summary>Events may have been missed: everything is to be asked for again, where possible.</summary>
        internal void MarkUnconfirmed() {
            Epoch++;
            foreach (Held one in held.Values) one.Confirmed = false;
        }

        internal void Apply(Fields told) {
            string type = (string)told["type"], user = told.Get("userId") as string, intent = told.Get("intent") as string;
            bool app = Equals(told.Get("app"), true);
            List<Fields> there = type == "state" ? Check.Accounts(told) : null;
            if (type == "account.added" || type == "vault.locked" || type == "vault.unlocked") return;
            if (type == "intents.changed") Forget(one => one.Intent != null);
            else if (type == "token.changed") Forget(one => one.Token.UserId == user && !Equals(told["version"], one.Token.Version));
            else if (type == "state") Forget(one => one.Token.UserId != null && !there.Any(account => Confirms(account, one)));
            else Forget(one => user != null ? one.Token.UserId == user : intent != null ? one.Intent == intent : !app || one.Token.UserId == null);
        }

        private static bool Confirms(Fields account, Held one) {
            if (!Equals(account["userId"], one.Token.UserId) || !Equals(account.Get("version") ?? one.Token.Version, one.Token.Version)) return false;
            return one.Intent == null || Check.List(account["intents"]).Contains(one.Intent);
        }
    }

    /// <summary>The vault, for one bot. It connects at the first call, and from then on reconnects by itself.</summary>
    public sealed partial class Castkey : IDisposable {
        private const string Version = "0.1.0";
        private const int Protocol = 1, MaxWants = 20, Repeats = 2;
        /// <summary>No call waits for what a window would lead to.</summary>
        private static readonly CastkeyException NobodyAsks = new CastkeyException("not-paired", "Castkey doesn't know this bot yet.");
        private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(10), Handshake = TimeSpan.FromSeconds(10), Grace = TimeSpan.FromSeconds(2);
        private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(250), Steady = TimeSpan.FromSeconds(10);
        private static readonly string[] Passing = "vault-not-running connection-lost timeout busy shutting-down".Split(' ');
        private static readonly string[] NotAboutTheToken = "vault-unproven twitch-unreachable rate-limited locked internal".Split(' ').Concat(Passing).ToArray();
        private readonly CastkeyOptions options;
        private readonly Platform platform = Platform.Find();
        private readonly string path;
        private readonly KeyFile keyFile;
        private readonly List<Fields> wants;
        private readonly object gate = new object();
        private readonly Cache cache = new Cache();
        private readonly CancellationTokenSource over = new CancellationTokenSource();
        private readonly Random random = new Random();
        /// <summary>What the calls need that wait for a connection, as wants; an empty one: no account.</summary>
        private readonly List<Fields> needs = new List<Fields>();
        private Task<Connection> coming;
        private Connection connection;
        private CastkeyException failure;
        private volatile bool wasConnected;
        public Castkey(string name) : this(new CastkeyOptions { Name = name }) { }

        public Castkey(CastkeyOptions options) {
            string name = options.Name ?? "";
            if (name.Trim() == "" || name.Length > 64 || Regex.IsMatch(name, @"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]")) throw Bad("A bot needs a name of 1 to 64 readable characters.");
            if (options.Timeout <= TimeSpan.Zero || options.Timeout > MaxWait) throw Bad("Timeout must be more than 0 and at most ten minutes.");
            this.options = options;
            if (options.Wants != null) wants = options.Wants.Select(WantOf).ToList();
            path = platform.Socket(options.Socket);
            keyFile = new KeyFile { Platform = platform, Path = platform.KeyPath(name, options.KeyFile), Name = name };
        }

        /// <summary>A token of the account with this numeric user ID, or of whoever has this intent. It has all of
        /// scopes, and one of each list of anyOf; what the account lacks is asked of the streamer.</summary>
        public Task<Token> TokenAsync(string user = null, string intent = null, IEnumerable<string> scopes = null, IEnumerable<IEnumerable<string>> anyOf = null) {
            Fields given = Whose(user, intent);
            var each = (scopes ?? new string[0]).Select(scope => (IEnumerable<string>)new[] { scope });
            given["scopeSets"] = SetsOf(each.Concat(anyOf ?? new string[0][]));
            return Get("getAccessTokenFor" + (user == null ? "Intent" : "User"), given);
        }

        public Token Token(string user = null, string intent = null, IEnumerable<string> scopes = null, IEnumerable<IEnumerable<string>> anyOf = null) =>
            Run(() => TokenAsync(user, intent, scopes, anyOf));

        /// <summary>After Twitch answered 401: a token that works. Of the rejected one only its SHA-256 goes to the vault.</summary>
        public async Task<Token> RefreshAsync(Token rejected, string user = null, string intent = null) {
            Fields whose = Whose(user, intent), given = new Fields(whose) { ["rejected"] = Proofs.Hash(rejected.AccessToken) };
            string method = "refreshAccessTokenFor" + (user == null ? "Intent" : "User");
            object result = await Ask(method, given, Stopwatch.StartNew(), options.Interactive.ToString() != "allow").ConfigureAwait(false);
            var fresh = new Token(Check.Record(result));
            whose["scopeSets"] = new string[0];
            lock (gate) {
                cache.Forget(one => one.Token.UserId == fresh.UserId || one.Token.AccessToken == rejected.AccessToken);
                cache.Put(Json.Write(whose), whose.Get("intent") as string, fresh, cache.Epoch);
            }
            return fresh;
        }

        public Token Refresh(Token rejected, string user = null, string intent = null) => Run(() => RefreshAsync(rejected, user, intent));

        /// <summary>Ends the connection; waiting calls fail.</summary>
        public void Dispose() {
            if (over.IsCancellationRequested) return;
            over.Cancel();
            lock (gate) connection?.Close(ClosedHere());
            platform.Settle();
        }

        /// <summary>On the thread pool, so that a window's own thread can wait for it.</summary>
        private static T Run<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
        private static CastkeyException Bad(string message) => new CastkeyException("bad-request", message);
        private static CastkeyException ClosedHere() => new CastkeyException("connection-lost", "This program closed its connection to Castkey.");

        // --- What a bot passes is checked before anything is sent

        private static Fields Whose(string user, string intent) {
            if ((user == null) == (intent == null)) throw Bad("Name either a user or an intent.");
            if (user == null) return new Fields { { "intent", IntentName(intent) } };
            if (Regex.IsMatch(user, @"\A[0-9]{1,20}\z")) return new Fields { { "user", user } };
            throw new CastkeyException("bad-user", "An account is named by its numeric Twitch user ID; login names change hands.");
        }

        /// <summary>The name as the vault has it. A pair of surrogates is one sign, unless it is a hidden tag.</summary>
        internal static string IntentName(string intent) {
            const string sign = @"(?:[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?!\udb40[\udc00-\udc7f])[\ud800-\udbff][\udc00-\udfff])";
            string name = intent.Trim();
            if (Regex.IsMatch(intent, @"\A" + sign + @"*\z") && Regex.IsMatch(name, @"\A" + sign + @"{1,60}\z")) return name;
            throw Bad("An intent has 1 to 60 characters on one line.");
        }

        /// <summary>Of each inner list one. From an empty one there is nothing to choose.</summary>
        private static List<List<string>> SetsOf(IEnumerable<IEnumerable<string>> given) {
            var sets = given.Select(set => set == null ? new List<string> { null } : set.ToList()).ToList();
            List<string> wrong = sets.Find(set => !set.All(scope => scope != null && Regex.IsMatch(scope, @"\A[^\s,]+\z")));
            if (wrong == null) return sets.Where(set => set.Count > 0).ToList();
            throw Bad("\"" + string.Join(" ", wrong) + "\" is not one scope in each text: a list, please, such as new[] { \"chat:read\", \"chat:edit\" }.");
        }

        private static Fields WantOf(Want want) {
            if (want == null || new[] { want.User != null, want.Intent != null, want.App }.Count(named => named) != 1)
                throw Bad("Each of Wants names either a user or an intent, or is for the App.");
            var given = new Fields();
            if (want.App) given["app"] = true;
            if (want.User != null) given["user"] = want.User;
            if (want.Intent != null) given["intent"] = want.Intent;
            if (want.Scopes != null) given["scopes"] = SetsOf(want.Scopes);
            if (want.Optional != null) given["optional"] = SetsOf(want.Optional);
            return given;
        }

        /// <summary>What a bot would have to be granted for this question.</summary>
        private static Fields NeedOf(string method, Fields given) {
            var need = new Fields();
            if (method == "getAppAccessToken") need["app"] = true;
            foreach (string name in new[] { "user", "intent" }) if (given.Has(name)) need[name] = given[name];
            var sets = given.Get("scopeSets") as List<List<string>>;
            if (sets != null && sets.Count > 0) need["scopes"] = sets;
            return need;
        }

        private async Task<Token> Get(string method, Fields given) {
            string question = Json.Write(given);
            Cache.Held held;
            int asked;
            lock (gate) {
                held = cache.Find(question);
                if (held != null && !over.IsCancellationRequested && (held.Confirmed || connection == null)) return held.Token;
                asked = cache.Epoch;
            }
            try {
                object result = await Ask(method, given, Stopwatch.StartNew(), true).ConfigureAwait(false);
                string kind = given.Has("user") ? "user" : "intent";
                if (result == null) throw new CastkeyException("unknown-" + kind, "Castkey has no account for the " + kind + " " + given.Get(kind) + ".");
                var token = new Token(Check.Record(result));
                lock (gate) cache.Put(question, given.Get("intent") as string, token, asked);
                return token;
            } catch (CastkeyException error) when (NotAboutTheToken.Contains(error.Code)) {
                lock (gate) held = cache.Find(question);
                if (held == null) throw;
                return held.Token;
            }
        }

        /// <summary>Repeats the question if the connection breaks under it: every method may be repeated.</summary>
        private async Task<object> Ask(string method, Fields given, Stopwatch clock, bool waits = false) {
            for (int tries = 0; ; tries++) {
                Connection current = await Ready(NeedOf(method, given), clock).ConfigureAwait(false);
                try { return await current.Request(method, waits ? Waiting(given, Left(clock)) : given, Left(clock) + Grace).ConfigureAwait(false); }
                catch (CastkeyException error) when (tries < Repeats && (error.Code == "shutting-down" || (error.Code == "connection-lost" && error.Retryable))) {
                    current.Close(error);
                    Renew(current, error, 1);
                }
            }
        }

        /// <summary>With how the streamer may be asked, and how long.</summary>
        private Fields Waiting(Fields given, TimeSpan wait) =>
            new Fields(given) { ["interactive"] = options.Interactive.ToString(), ["timeoutMs"] = (long)wait.TotalMilliseconds };

        /// <summary>Of a call that began with this clock.</summary>
        private TimeSpan Left(Stopwatch clock) => TimeSpan.FromMilliseconds(Math.Max(1, (options.Timeout - clock.Elapsed).TotalMilliseconds));

        /// <summary>The connection, or the one that is coming. need is one of needs; null: this is nobody's call.</summary>
        private async Task<Connection> Ready(Fields need, Stopwatch clock) {
            for (;;) {
                Task<Connection> awaited;
                lock (gate) {
                    if (over.IsCancellationRequested) throw ClosedHere();
                    if (coming == null || coming.IsFaulted) Begin(0);
                    awaited = coming;
                    if (need != null) needs.Add(need);
                }
                try { return await Wait.For(awaited, Left(clock), "Connecting to Castkey").ConfigureAwait(false); }
                catch (CastkeyException error) when (error == NobodyAsks && need != null) { } // that connection was begun before this call
                catch (CastkeyException error) when (error.Code == "timeout" && wasConnected && failure != null) { throw failure; }
                finally { lock (gate) needs.Remove(need); }
            }
        }

        private void Begin(int tries) => Wait.Forget(coming = Task.Run(() => Connect(tries)));

        /// <summary>Before the first success a failure is the end, and the next call begins anew; after it, this goes on by itself.</summary>
        private async Task<Connection> Connect(int tries) {
            for (; ; tries++) {
                double pause = tries == 0 ? 0 : Math.Min(10000, 50 * Math.Pow(2, Math.Min(tries, 10))) * (1 - random.NextDouble() / 2);
                try {
                    await Task.Delay(TimeSpan.FromMilliseconds(pause), over.Token).ConfigureAwait(false);
                    Connection made = await Enter().ConfigureAwait(false);
                    lock (gate) connection = made;
                    wasConnected = true;
                    Wait.Forget(KeepUp(made, tries));
                    return made;
                } catch (OperationCanceledException) { throw ClosedHere(); }
                catch (CastkeyException error) when (wasConnected) {
                    failure = error;
                    if (error == NobodyAsks || Passing.Contains(error.Code)) continue;
                    lock (gate) Begin(tries + 1);
                    throw;
                }
            }
        }

        private async Task KeepUp(Connection made, int tries) {
            var clock = Stopwatch.StartNew();
            if (over.IsCancellationRequested) made.Close(ClosedHere());
            CastkeyException why = await made.Closed.ConfigureAwait(false);
            Renew(made, why, clock.Elapsed > Steady ? 1 : tries + 1);
        }

        private void Renew(Connection old, CastkeyException why, int tries) {
            lock (gate) {
                if (connection != old) return;
                connection = null;
                failure = why;
                cache.MarkUnconfirmed();
                Begin(tries);
            }
        }

        /// <summary>Connection, handshake, pairing if need be, subscription.</summary>
        private async Task<Connection> Enter() {
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < options.Timeout;) {
                Fields key = keyFile.Read();
                Connection made = await Connection.Open(platform, path, Hear, Handshake).ConfigureAwait(false);
                using (over.Token.Register(() => made.Close(ClosedHere()))) {
                    try {
                        if (await AuthenticateOrPair(made, key).ConfigureAwait(false)) {
                            await made.Request("subscribe", new Fields(), Handshake).ConfigureAwait(false);
                            return made;
                        }
                    } catch {
                        made.Close(Wait.Lost("The handshake failed."));
                        throw;
                    }
                }
                made.Close(Wait.Lost("Another process of this bot is pairing."));
                await Task.Delay(LockPoll, over.Token).ConfigureAwait(false);
            }
            throw new CastkeyException("timeout", "Another process of this bot has been pairing for too long.", true);
        }

        /// <summary>false when another process is pairing this bot: to be tried again with its key.</summary>
        private async Task<bool> AuthenticateOrPair(Connection made, Fields key) {
            string nonce = Proofs.NewNonce();
            var hello = new Fields { { "protocol", Protocol }, { "client", new Fields { { "name", options.Name }, { "version", Version } } }, { "nonce", nonce } };
            if (key != null) hello["keyId"] = key["keyId"];
            if (options.TwitchClientId != null) hello["twitchClientId"] = options.TwitchClientId;
            Fields answer = Check.Record(await made.Request("hello", hello, Handshake).ConfigureAwait(false));
            string serverNonce = Check.Text(answer.Get("nonce"));
            Proofs.Decode(serverNonce, 16, 64);
            if (Check.Text(Check.Record(answer.Get("server")).Get("name")) != "castkey") throw new MalformedException("another server");
            if (Check.Count(answer.Get("protocol")) != Protocol) throw new CastkeyException("unsupported-protocol", "This Castkey speaks version " + answer["protocol"] + " of the protocol.");
            if (key != null && Check.Flag(answer.Get("paired"))) {
                byte[] secret = Proofs.Decode((string)key["key"], 32, 32);
                // Nothing more is said until the vault has proved itself: any program could sit on the path.
                if (!Proofs.Same(Proofs.Of("server", secret, nonce, serverNonce), answer.Get("proof") as string))
                    throw new CastkeyException("vault-unproven", "What answers at " + path + " doesn't know this bot's key: it may be posing as Castkey.");
                var proof = new Fields { { "proof", Proofs.Of("client", secret, nonce, serverNonce) } };
                await made.Request("authenticate", proof, Handshake).ConfigureAwait(false);
                return true;
            }
            // Any program on the path can say so: the key must not be lost for that.
            if (key != null) throw new CastkeyException("not-paired", "Castkey doesn't know this bot's key. If it was removed there: delete " + keyFile.Path + " and start again.");
            if (!options.Interactive) throw new CastkeyException("not-paired", "Castkey doesn't know the bot \"" + options.Name + "\": start it where a window may open.");
            // A window may open only if somebody waits for what it would lead to.
            lock (gate) if (needs.Count == 0 && (wants == null || wasConnected)) throw NobodyAsks;
            return await Pair(made).ConfigureAwait(false);
        }

        private async Task<bool> Pair(Connection made) {
            bool taken = true;
            TakeKeyLock(ref taken);
            if (!taken) return false;
            try {
                if (keyFile.Read() != null) return false;
                object result;
                try { result = await made.Request("pair", PairParams(true), options.Timeout + Grace).ConfigureAwait(false); }
                catch (CastkeyException error) when (error.Code == "bad-request" && wants == null) { result = null; }
                // Older vaults take no app among wants.
                if (result == null) result = await made.Request("pair", PairParams(false), options.Timeout + Grace).ConfigureAwait(false);
                keyFile.Write(KeyFile.CheckKey(Check.Record(result)));
                return true;
            } finally { GiveKeyLock(); }
        }

        private Fields PairParams(bool app) {
            List<Fields> asked = wants;
            // Calls may need the same; each is asked for once.
            if (wants == null) lock (gate) asked = needs.Where(need => need.Count > 0 && (app || !need.Has("app"))).GroupBy(Json.Write).Select(same => same.First()).Take(MaxWants).ToList();
            var given = new Fields { { "wants", asked } };
            if (options.Reason != null) given["reason"] = options.Reason;
            return Waiting(given, TimeSpan.FromTicks(options.Timeout.Ticks / 10 * 9)); // its answer, with its hint, is to come in time
        }

        private void Hear(Fields told) {
            lock (gate) {
                cache.Apply(told);
                Tell(told);
            }
        }

        // --- What CastkeyMore.cs adds

        partial void Tell(Fields told);
        partial void TakeKeyLock(ref bool taken);
        partial void GiveKeyLock();
    }
}
